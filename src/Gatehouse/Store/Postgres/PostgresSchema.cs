using Gatehouse.Store.Migrations;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>What the schema of a database is to this build.</summary>
internal enum SchemaState
{
    Good,

    /// <summary>Migrations are to come: wait for them.</summary>
    Behind,

    /// <summary>By its history it is good, but something is not there, or is other than it must be.</summary>
    Damaged,

    /// <summary>A migration has been applied that this build does not work with.</summary>
    TooNew,

    /// <summary>What was applied is not what this build has.</summary>
    OtherHistory,
}

/// <param name="Reason">What is wrong and what to do, in one line; null if nothing is.</param>
/// <param name="Signature">For the catalogue of causes: an SQLSTATE, or <c>schema_…</c>.</param>
internal sealed record SchemaVerdict(SchemaState State, string? Reason = null, string? Signature = null)
{
    public static readonly SchemaVerdict Good = new(SchemaState.Good);
}

/// <summary>
/// Judges whether this build can work with the schema that is there. It never changes anything. A history can lie, the catalogue
/// cannot: both are read, the history first, so that a migration that lands in between makes no contradiction.
/// </summary>
internal sealed class PostgresSchema(PostgresDatabase database, IReadOnlyList<Migration> migrations, IReadOnlyList<SchemaObject> required)
{
    private const string Remedy = "Run gatehouse-server migrate.";

    public async Task<SchemaVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        var hasHistory = await database.CallAsync(SchemaHistory.ExistsAsync, cancellationToken);
        try
        {
            var verdict = await database.CallAsync(batch => ReadAsync(batch, hasHistory), cancellationToken);
            if (verdict.State is not SchemaState.Behind) return verdict;
            var stuck = await database.CallAsync(StuckMigration.LookAsync, cancellationToken);
            return stuck is null ? verdict : verdict with { Reason = $"{stuck} {verdict.Reason}", Signature = "schema_locked" };
        }
        catch (Exception foreign) when (SchemaHistory.IsForeign(foreign))
        {
            return new(SchemaState.OtherHistory, ForeignTable(database.Address), "schema_history");
        }
        catch (PostgresException gone) when (gone.SqlState is PostgresErrorCodes.UndefinedTable)
        {
            return await VerifyAsync(cancellationToken);        // the history went away meanwhile
        }
    }

    /// <summary>The line about a table <c>schema_migrations</c> of another tool.</summary>
    public static string ForeignTable(PostgresAddress address) =>
        $"The table {SchemaHistory.Table} in {address} belongs to another tool, or was changed. "
        + "Give Gatehouse a database of its own, or a schema (Search Path=…).";

    private async Task<SchemaVerdict> ReadAsync(Batch batch, bool hasHistory)
    {
        if (hasHistory) SchemaHistory.Add(batch);
        PostgresCatalogue.Add(batch, [.. required.Where(each => each.IsTable).Select(each => each.Name)]);
        await using var results = await batch.SendAsync();
        var applied = hasHistory ? await SchemaHistory.ReadAsync(results) : [];
        var live = await PostgresCatalogue.ReadAsync(results);
        await results.EndAsync();
        return Judge(applied, live);
    }

    private SchemaVerdict Judge(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<SchemaObject> live)
    {
        IReadOnlyList<Migration> pending;
        try
        {
            pending = MigrationPlan.Pending(database.Address.ToString(), migrations, applied);
        }
        catch (StoreException refusal)
        {
            return refusal.Fault is StoreFault.TooNew
                ? new(SchemaState.TooNew, refusal.Message, "schema_too_new")
                : new(SchemaState.OtherHistory, refusal.Message, "schema_history");
        }
        var differences = SchemaComparison.Differences(required, live, isAhead: applied.Count > migrations.Count);
        if (pending.Count > 0)
            return new(
                SchemaState.Behind,
                $"Waiting for {Migrations(pending)} in {database.Address}{(differences.Count > 0 ? $": {Named(differences)}" : "")}. {Remedy}",
                "schema_behind");
        return differences.Count == 0 ? SchemaVerdict.Good : new(
            SchemaState.Damaged,
            $"By its history the schema in {database.Address} is complete, but {Named(differences)}. {Mend(differences)}",
            differences[0].State);
    }

    private string Mend(IReadOnlyList<(string Text, string State)> differences) =>
        differences.All(each => each.State is PostgresErrorCodes.InsufficientPrivilege)
            ? $"Grant {database.Address.User} what it lacks."
            : "Restore it, or migrate an empty database.";

    private static string Migrations(IReadOnlyList<Migration> pending) =>
        $"migration{(pending.Count > 1 ? "s" : "")} {string.Join(", ", pending.Select(migration => migration.FullName))}";

    private static string Named(IReadOnlyList<(string Text, string State)> differences) =>
        string.Join(", ", differences.Select(each => each.Text));
}
