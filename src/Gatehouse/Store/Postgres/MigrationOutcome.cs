using System.Globalization;
using Gatehouse.Store.Migrations;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>What a run of the migrator did.</summary>
/// <param name="Version">Of the schema, after it.</param>
internal sealed record MigrationOutcome(IReadOnlyList<Migration> Applied, int Version);

/// <summary>A lock was not had in time.</summary>
internal sealed class MigrationLockException(string message, Exception inner) : Exception(message, inner)
{
    public static MigrationLockException After(TimeSpan wait, string what, Exception inner) => new(
        string.Create(CultureInfo.InvariantCulture, $"Waited {wait.TotalSeconds:0.#} s for {what}; nothing was changed meanwhile."), inner);
}

/// <summary>A migration failed, and was undone as a whole.</summary>
internal sealed class MigrationFailedException(Migration migration, PostgresException inner) : Exception(inner.MessageText, inner)
{
    public Migration Migration => migration;

    public string SqlState => inner.SqlState;
}

/// <summary>Nothing was heard of a migration for too long. It is undone when the server finds out that nobody waits.</summary>
internal sealed class MigrationSilentException(Migration migration, TimeSpan limit, Exception inner) : Exception(
    string.Create(
        CultureInfo.InvariantCulture,
        $"Migration {migration.FullName} was given up: the server did not answer in {limit.TotalSeconds:0} s. It is undone. Look whether the server is "
        + $"frozen or overloaded (pg_stat_activity), then try again."),
    inner);
