namespace Gatehouse.Store.Postgres;

/// <summary>A table, or a column, index or foreign key of one.</summary>
/// <param name="Kind"><c>table</c>, <c>column</c>, <c>index</c> or <c>foreign key</c>.</param>
/// <param name="Name">Of a foreign key: its columns.</param>
/// <param name="Definition">
/// Of a column its type (<c>text COLLATE "C" not null default ''</c>), of an index <c>unique (columns) where …</c>, of a foreign key
/// <c>references …</c>; of a table in a database, what this user may do with it, and whether it hides rows.
/// </param>
internal sealed record SchemaObject(string Kind, string Table, string Name, string Definition)
{
    private const string TableKind = "table";
    private const string Indent = "  ";
    private const string Separator = ": ";

    public bool IsTable => Kind == TableKind;

    public bool IsColumn => Kind == "column";

    /// <summary>As people say it.</summary>
    public string FullName => Kind switch
    {
        TableKind => $"table {Name}",
        "column" => $"column {Table}.{Name}",
        "index" => $"index {Name} on {Table}",
        _ => $"{Kind} {Table} {Name}",
    };

    /// <summary>What a statement that needs it would be told (SQLSTATE): undefined table, column or object.</summary>
    public string UndefinedState => Kind switch { TableKind => "42P01", "column" => "42703", _ => "42704" };

    /// <summary>The objects that all migrations of this build make: <c>Migrations/postgres/required.txt</c>, written by a test.</summary>
    public static IReadOnlyList<SchemaObject> Required { get; } = Read();

    /// <summary>Tables with their columns, indexes and foreign keys below, one a line, always in the same order.</summary>
    public static string Write(IEnumerable<SchemaObject> objects)
    {
        var lines = objects
            .GroupBy(each => each.Table, StringComparer.Ordinal)
            .OrderBy(table => table.Key, StringComparer.Ordinal)
            .SelectMany(table => (string[])
            [
                $"{TableKind} {table.Key}",
                .. table.Where(each => !each.IsTable)
                    .Select(each => $"{Indent}{each.Kind} {each.Name}{Separator}{each.Definition}")
                    .Order(StringComparer.Ordinal),
            ]);
        return string.Join('\n', lines) + "\n";
    }

    public static IReadOnlyList<SchemaObject> Parse(string text)
    {
        var objects = new List<SchemaObject>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(Indent, StringComparison.Ordinal))
            {
                var table = line[(TableKind.Length + 1)..];
                objects.Add(new(TableKind, table, table, ""));
                continue;
            }
            var end = line.IndexOf(Separator, StringComparison.Ordinal);
            var kind = Array.Find(
                ["column", "index", "foreign key"], kind => line.AsSpan(Indent.Length).StartsWith(kind, StringComparison.Ordinal))!;
            objects.Add(new(kind, objects[^1].Table, line[(Indent.Length + kind.Length + 1)..end], line[(end + Separator.Length)..]));
        }
        return objects;
    }

    private static IReadOnlyList<SchemaObject> Read()
    {
        using var reader = new StreamReader(typeof(SchemaObject).Assembly.GetManifestResourceStream("schema/postgres.txt")!);
        return Parse(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }
}
