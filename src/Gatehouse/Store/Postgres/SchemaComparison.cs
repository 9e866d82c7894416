namespace Gatehouse.Store.Postgres;

/// <summary>Compares what a build needs with what a database has. What it has beyond that is fine. Pure.</summary>
internal static class SchemaComparison
{
    private const string NotNull = " not null";
    private const string Default = " default";
    private const string RowSecurity = "row security";

    /// <summary>What is missing or other than it must be, each in words and with its SQLSTATE.</summary>
    /// <param name="isAhead">
    /// Migrations that this build does not know, but that declare it fit, have been applied: they may have changed whatever this
    /// build does not need by name, so that only tables and columns are looked for.
    /// </param>
    public static IReadOnlyList<(string Text, string State)> Differences(
        IReadOnlyList<SchemaObject> required, IReadOnlyList<SchemaObject> live, bool isAhead)
    {
        var found = live.ToLookup(Key);     // several foreign keys may be on the same columns
        var differences = new List<(string, string)>();
        foreach (var need in required.OrderBy(static need => need.IsTable ? 0 : need.IsColumn ? 1 : 2))      // the worst first
        {
            if (isAhead && !need.IsTable && !need.IsColumn) continue;
            if (!need.IsTable && !found.Contains(("table", need.Table, need.Table))) continue;      // the table is named
            if (found[Key(need)].ToList() is not [var has, ..] all) differences.Add(($"{need.FullName} is missing", need.UndefinedState));
            else if (need.IsTable) AddPrivileges(need, has, differences);
            else if (!isAhead && !all.Exists(each => each.Definition == need.Definition))
                differences.Add(($"{need.FullName} is {has.Definition}, it must be {need.Definition}", "42804"));
        }
        var needed = required.Select(Key).ToHashSet();
        foreach (var has in live.Where(has => has.IsColumn && !needed.Contains(Key(has)) && MustBeGiven(has)))
            differences.Add(($"{has.FullName}, which this build does not know, is not null and has no default", "23502"));
        return differences;
    }

    private static void AddPrivileges(SchemaObject need, SchemaObject has, List<(string, string)> differences)
    {
        string[] rights = need.Name == SchemaHistory.Table ? ["SELECT"] : ["SELECT", "INSERT", "UPDATE", "DELETE"];
        var lacking = rights.Except(has.Definition.Split(", ")).ToList();
        if (has.Definition.EndsWith(RowSecurity, StringComparison.Ordinal))
            differences.Add(($"{need.FullName} hides rows from this user by row-level security", "42501"));
        if (lacking.Count > 0) differences.Add(($"{need.FullName} does not grant this user {string.Join(", ", lacking)}", "42501"));
    }

    private static bool MustBeGiven(SchemaObject column) =>
        column.Definition.Contains(NotNull, StringComparison.Ordinal) && !column.Definition.Contains(Default, StringComparison.Ordinal);

    private static (string Kind, string Table, string Name) Key(SchemaObject each) => (each.Kind, each.Table, each.Name);
}
