using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The layers as they are written on the command line and in reports.</summary>
internal static class LayerNames
{
    private static readonly (ProbeLayer Layer, string Name)[] Names =
        [.. Enum.GetValues<ProbeLayer>().Select(layer => (layer, layer.ToString().ToLowerInvariant()))];

    public static string List { get; } = string.Join(", ", Names.Select(each => each.Name));

    public static string Of(ProbeLayer layer) => Names[(int)layer].Name;

    public static bool TryParse(string text, out ProbeLayer layer)
    {
        foreach (var (known, name) in Names)
        {
            layer = known;
            if (name == text) return true;
        }
        layer = default;
        return false;
    }
}
