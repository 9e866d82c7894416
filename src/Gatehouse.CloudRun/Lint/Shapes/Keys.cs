namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>Short words to write shapes with.</summary>
internal static class Keys
{
    public static readonly ShapeKey Any = new(Form.Any);
    public static readonly ShapeKey Text = new(Form.Text);
    public static readonly ShapeKey Truth = new(Form.Truth);
    public static readonly ShapeKey Texts = new(Form.Texts);
    public static readonly ShapeKey TextMap = new(Form.TextMap);
    public static readonly ShapeKey Port = Whole(1, 65_535);
    public static readonly ShapeKey Output = new(Form.Any) { IsOutput = true };

    public static ShapeKey Whole(long least, long most = int.MaxValue) => new(Form.Whole) { Least = least, Most = most };

    public static ShapeKey Map(Shape shape) => new(Form.Map) { Shape = shape };

    public static ShapeKey Maps(Shape shape) => new(Form.Maps) { Shape = shape };

    public static ShapeKey OneOf(params IReadOnlyList<string> values) => new(Form.Text) { Values = values };

    public static ShapeKey Not(string instead) => new(Form.Any) { Instead = instead };

    public static ShapeKey Required(ShapeKey key) => key with { IsRequired = true };
}
