using System.Globalization;
using Gatehouse.Hosting;
using Gatehouse.Store.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>One run of <c>migrate</c>, from the connection to its one line.</summary>
internal sealed class MigrateRun(PostgresAddress address, IReadOnlyList<Migration> migrations, TimeProvider clock, Action<string> say) : IAsyncDisposable
{
    private readonly PostgresMigrator _migrator = new(address, migrations, clock, say);
    private readonly PostgresDatabase _database = new(address, clock, NullLogger<PostgresDatabase>.Instance);

    public async Task<JobAnswer> AnswerAsync(MigrateArguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            var server = await _database.AskServerAsync(cancellationToken);
            if (server.Encoding != "UTF8") return JobAnswer.Of(PostgresReason.WrongEncoding(address, server.Encoding));
            if (server.IsReadOnly) return JobAnswer.Of(PostgresReason.ReadOnly(address, server.IsReplica));
            return arguments.DryRun
                ? await PlanAsync(arguments.LockTimeout, cancellationToken)
                : await MigrateAsync(arguments.LockTimeout, cancellationToken);
        }
        catch (StoreException refusal) when (refusal.Fault is not StoreFault.Away)
        {
            return new(JobExit.WrongData, refusal.Message);
        }
        catch (MigrationLockException locked)
        {
            return new(JobExit.Locked, locked.Message);
        }
        catch (MigrationSilentException silent)
        {
            return new(JobExit.Unreachable, silent.Message);
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

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task<JobAnswer> MigrateAsync(TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var (applied, version) = await _migrator.MigrateAsync(lockTimeout, cancellationToken);
        var done = applied.Count == 0 ? "nothing to do" : string.Create(
            CultureInfo.InvariantCulture, $"applied {Count(applied)} ({Names(applied)}) in {clock.GetElapsedTime(begun).TotalMilliseconds:0} ms");
        return await WrongAsync(lockTimeout, done, cancellationToken)
            ?? new(JobExit.Done, $"{done}; the schema is at {version}{(applied.Count == 0 ? Ahead(version) : "")}");
    }

    private async Task<JobAnswer> PlanAsync(TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        var (pending, version) = await _migrator.PlanAsync(lockTimeout, cancellationToken);
        if (pending.Count == 0)
            return await WrongAsync(lockTimeout, "nothing to do", cancellationToken)
                ?? new(JobExit.Done, $"dry run: nothing to do; the schema is at {version}{Ahead(version)}");
        var obstacle = await _database.CallAsync(MigrationObstacle.LookAsync, cancellationToken);
        if (!obstacle.MayCreate) return MayNotCreate("");
        if (version == 0 && obstacle.Table.Length > 0)
            return new(JobExit.WrongData, $"The table {obstacle.Table} exists, but the history of {address} does not say that {pending[0].FullName} was applied.");
        return new(JobExit.Done, $"dry run: would apply {Count(pending)} ({Names(pending)}); the schema is at {version}");
    }

    // What is not as the history says; null if all is. The database describes no table that somebody holds exclusively.
    private async Task<JobAnswer?> WrongAsync(TimeSpan lockTimeout, string done, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        for (var said = false; ; said = true)
            try
            {
                var verdict = await new PostgresSchema(_database, migrations, SchemaObject.Required).VerifyAsync(cancellationToken);
                if (verdict.State is SchemaState.Good) return null;
                return new(verdict.Signature is PostgresErrorCodes.InsufficientPrivilege ? JobExit.Denied : JobExit.WrongData, verdict.Reason!);
            }
            catch (StoreException held) when (held.InnerException is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
            {
                if (clock.GetElapsedTime(begun) >= lockTimeout)
                    throw new MigrationLockException(
                        string.Create(CultureInfo.InvariantCulture, $"Waited {lockTimeout.TotalSeconds:0.#} s to look at the tables, one of which somebody holds; {done}."),
                        held);
                if (!said) say("waits for a table that somebody holds");
            }
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
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidSchemaName => MayNotCreate($": {failure.Message}"),
        var state => new(JobExit.Failed, $"Migration {failure.Migration.FullName} failed and was undone: {failure.Message} ({state})."),
    };

    private JobAnswer MayNotCreate(string words) => new(
        JobExit.Denied, $"The user {address.User} may not make tables in {address}{words}. Grant CREATE on the schema, or migrate as its owner.");
}
