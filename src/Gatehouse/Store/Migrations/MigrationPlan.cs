namespace Gatehouse.Store.Migrations;

/// <summary>What <c>schema_migrations</c> says was applied.</summary>
/// <param name="Oldest">The oldest build that works with it (see <see cref="Migration.Oldest"/>).</param>
internal sealed record AppliedMigration(int Version, string Name, string Checksum, int Oldest);

/// <summary>Compares what was applied to a database with the migrations of this build. Pure.</summary>
internal static class MigrationPlan
{
    /// <summary>The migrations that are still to be applied, in order. None if the database is ahead of a build that works with it.</summary>
    /// <exception cref="StoreException">The database's history is not a beginning of this build's.</exception>
    public static IReadOnlyList<Migration> Pending(string database, IReadOnlyList<Migration> known, IReadOnlyList<AppliedMigration> applied)
    {
        for (var i = 0; i < known.Count; i++)
            if (known[i].Version != i + 1)
                throw new InvalidOperationException($"Migration {i + 1} is missing from this build.");
        for (var i = 0; i < applied.Count; i++)
        {
            var (version, name, checksum, oldest) = applied[i];
            if (version > known.Count && oldest > known.Count)
                throw new StoreException(
                    StoreFault.TooNew,
                    $"The database {database} is too new: it has migration {version} ({name}), this build knows {known.Count}. Use a newer build.");
            if (version != i + 1)
                throw new StoreException(
                    StoreFault.History, $"The database {database} has a gap: migration {i + 1} was never applied, {version} ({name}) was.");
            if (version > known.Count) continue;        // newer, and says that this build works with it
            if (checksum != known[i].Checksum)
                throw new StoreException(
                    StoreFault.History,
                    $"Migration {version} ({name}) was changed after it was applied to the database {database}: "
                    + $"its checksum was {Short(checksum)}, this build has {Short(known[i].Checksum)}.");
        }
        return [.. known.Skip(applied.Count)];
    }

    private static string Short(string checksum) => checksum.Length > 12 ? checksum[..12] : checksum;
}
