using System.Globalization;
using Gatehouse.Hosting;
using Gatehouse.Store.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>One run of <c>migrate</c>, from the connection to its one line.</summary>
internal sealed class MigrateRun(PostgresAddress address, IReadOnlyList<Migration> migrations, TimeProvider clock, Action<string> say)
{
    private readonly PostgresMigrator _migrator = new(address, migrations, clock, say);

    public async Task<JobAnswer> AnswerAsync(MigrateArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            return arguments.DryRun ? await PlanAsync(cancellationToken) : await MigrateAsync(arguments.LockTimeout, cancellationToken);
        }
        catch (StoreException refusal) when (refusal.Fault is not StoreFault.Away)
        {
            return new(JobExit.WrongData, refusal.Message);
        }
        catch (MigrationLockException locked)
        {
            return new(JobExit.Locked, locked.Message);
        }
        catch (MigrationFailedException failure)
        {
            return Explain(failure);
        }
        catch (Exception foreign) when (SchemaHistory.IsForeign(foreign))
        {
            return new(JobExit.WrongData, PostgresSchema.ForeignTable(address));
        }
        catch (Exception exception) when (exception is StoreException || PostgresFault.IsTheWorlds(exception))
        {
            return JobAnswer.Of(PostgresReason.Of(exception is StoreException { InnerException: { } inner } ? inner : exception, address));
        }
    }

    private async Task<JobAnswer> MigrateAsync(TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var outcome = await _migrator.MigrateAsync(lockTimeout, cancellationToken);
        var took = clock.GetElapsedTime(begun).TotalMilliseconds;
        await using var database = new PostgresDatabase(address, clock, NullLogger<PostgresDatabase>.Instance);
        var verdict = await new PostgresSchema(database, migrations, SchemaObject.Required).VerifyAsync(cancellationToken);
        if (verdict.State is not SchemaState.Good) return new(JobExit.WrongData, verdict.Reason!);
        var (count, version) = (outcome.Applied.Count, outcome.Version);
        return new(JobExit.Done, count == 0
            ? $"nothing to do; the schema is at {version}{Ahead(version)}"
            : string.Create(
                CultureInfo.InvariantCulture, $"applied {Count(outcome.Applied)} ({Names(outcome.Applied)}) in {took:0} ms; the schema is at {version}"));
    }

    private async Task<JobAnswer> PlanAsync(CancellationToken cancellationToken)
    {
        var (pending, version) = await _migrator.PlanAsync(cancellationToken);
        return new(JobExit.Done, pending.Count == 0
            ? $"dry run: nothing to do; the schema is at {version}{Ahead(version)}"
            : $"dry run: would apply {Count(pending)} ({Names(pending)}); the schema is at {version}");
    }

    private string Ahead(int version) =>
        version > migrations.Count ? $", ahead of this build ({migrations.Count}), which works with it" : "";

    private static string Count(IReadOnlyList<Migration> some) =>
        string.Create(CultureInfo.InvariantCulture, $"{some.Count} migration{(some.Count == 1 ? "" : "s")}");

    private static string Names(IReadOnlyList<Migration> some) => string.Join(", ", some.Select(migration => migration.FullName));

    private JobAnswer Explain(MigrationFailedException failure) => failure.SqlState switch
    {
        PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateObject => new(
            JobExit.WrongData,
            $"{failure.Message}, but the history of {address} does not say that {failure.Migration.FullName} was applied. It was undone."),
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => new(
            JobExit.Denied,
            $"The user {address.User} may not make tables in {address}: {failure.Message}. "
            + "Grant CREATE on the schema, or migrate as its owner."),
        var state => new(JobExit.Failed, $"Migration {failure.Migration.FullName} failed and was undone: {failure.Message} ({state})."),
    };
}
