using System.Globalization;
using Gatehouse.Store.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>How <c>migrate</c> ends: the codes of sysexits.h.</summary>
internal enum MigrateExit
{
    /// <summary>Applied, or nothing was to do.</summary>
    Done = 0,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>The database's history is not a beginning of this build's, or lies.</summary>
    WrongHistory = 65,

    /// <summary>The database cannot be reached.</summary>
    Unreachable = 69,

    /// <summary>A migration failed and was undone.</summary>
    Failed = 70,

    /// <summary>Another one has the lock; the same may succeed later.</summary>
    Locked = 75,

    /// <summary>The user may not do it.</summary>
    Denied = 77,

    /// <summary>The connection string is missing or wrong: also its password, user and database.</summary>
    Configuration = 78,
}

/// <param name="Line">What was done, or what is wrong.</param>
internal sealed record MigrateAnswer(MigrateExit Exit, string Line);

/// <summary>One run of <c>migrate</c>, from the connection to its one line.</summary>
internal sealed class MigrateRun(PostgresAddress address, IReadOnlyList<Migration> migrations, TimeProvider clock, Action<string> say)
{
    private readonly PostgresMigrator _migrator = new(address, migrations, clock, say);

    public async Task<MigrateAnswer> AnswerAsync(MigrateArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            return arguments.DryRun ? await PlanAsync(cancellationToken) : await MigrateAsync(arguments.LockTimeout, cancellationToken);
        }
        catch (StoreException refusal) when (refusal.Fault is not StoreFault.Away)
        {
            return new(MigrateExit.WrongHistory, refusal.Message);
        }
        catch (MigrationLockException locked)
        {
            return new(MigrateExit.Locked, locked.Message);
        }
        catch (MigrationFailedException failure)
        {
            return Explain(failure);
        }
        catch (PostgresException foreign) when (SchemaHistory.IsForeign(foreign))
        {
            return new(MigrateExit.WrongHistory, PostgresSchema.ForeignTable(address));
        }
        catch (Exception exception) when (exception is StoreException || PostgresFault.IsTheWorlds(exception))
        {
            return Explain(exception);
        }
    }

    private async Task<MigrateAnswer> MigrateAsync(TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var outcome = await _migrator.MigrateAsync(lockTimeout, cancellationToken);
        var took = clock.GetElapsedTime(begun).TotalMilliseconds;
        await using var database = new PostgresDatabase(address, clock, NullLogger<PostgresDatabase>.Instance);
        var verdict = await new PostgresSchema(database, migrations, SchemaObject.Required).VerifyAsync(cancellationToken);
        if (verdict.State is not SchemaState.Good) return new(MigrateExit.WrongHistory, verdict.Reason!);
        var (count, version) = (outcome.Applied.Count, outcome.Version);
        return new(MigrateExit.Done, count == 0
            ? $"nothing to do; the schema is at {version}{Ahead(version)}"
            : string.Create(
                CultureInfo.InvariantCulture, $"applied {Count(outcome.Applied)} ({Names(outcome.Applied)}) in {took:0} ms; the schema is at {version}"));
    }

    private async Task<MigrateAnswer> PlanAsync(CancellationToken cancellationToken)
    {
        var (pending, version) = await _migrator.PlanAsync(cancellationToken);
        return new(MigrateExit.Done, pending.Count == 0
            ? $"dry run: nothing to do; the schema is at {version}{Ahead(version)}"
            : $"dry run: would apply {Count(pending)} ({Names(pending)}); the schema is at {version}");
    }

    private string Ahead(int version) =>
        version > migrations.Count ? $", ahead of this build ({migrations.Count}), which works with it" : "";

    private static string Count(IReadOnlyList<Migration> some) =>
        string.Create(CultureInfo.InvariantCulture, $"{some.Count} migration{(some.Count == 1 ? "" : "s")}");

    private static string Names(IReadOnlyList<Migration> some) => string.Join(", ", some.Select(migration => migration.FullName));

    private MigrateAnswer Explain(MigrationFailedException failure) => failure.SqlState switch
    {
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateObject => new(
            MigrateExit.WrongHistory,
            $"{failure.Message}, but the history of {address} does not say that {failure.Migration.FullName} was applied. It was undone."),
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => new(
            MigrateExit.Denied,
            $"The user {address.User} may not make tables in {address}: {failure.Message}. "
            + "Grant CREATE on the schema, or migrate as its owner."),
        var state => new(MigrateExit.Failed, $"Migration {failure.Migration.FullName} failed and was undone: {failure.Message} ({state})."),
    };

    private MigrateAnswer Explain(Exception exception)
    {
        var reason = PostgresReason.Of(exception is StoreException { InnerException: { } inner } ? inner : exception, address);
        var isConfiguration = reason.Signature is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            or PostgresErrorCodes.InvalidCatalogName;
        return new(isConfiguration ? MigrateExit.Configuration : MigrateExit.Unreachable, reason.Text);
    }
}
