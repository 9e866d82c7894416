using Gatehouse.Readiness;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Whether this instance may use the database beside others. Those that have a Redis hold an advisory lock together; one that has
/// none holds it alone, because nobody else would hear what its threads say. The lock goes with its session, so that an instance
/// that is gone holds nothing.
/// </summary>
internal sealed class SharedUse(PostgresAddress address, bool alone) : IAsyncDisposable
{
    private const long Key = 0x6761_7465_696e_7374;     // "gateinst": another one than the migrator's, which must come in while instances run

    private readonly Lock _gate = new();                // guards _session
    private readonly NpgsqlDataSource _source = PostgresDatabase.Connect(address.Unpooled());
    private NpgsqlConnection? _session;                 // holds the lock; nobody else has it while it is asked

    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnection? session;
        lock (_gate) (session, _session) = (_session, null);
        var asking = AskAsync(session);
        try
        {
            return await asking.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A session that does not answer is left behind: Npgsql's own cancellation would block for as long as the server is silent.
            _ = asking.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);
            throw;
        }
        catch (Exception exception) when (PostgresFault.KindOf(exception) is not FaultKind.Defect)
        {
            var reason = PostgresReason.Of(exception, address);
            return CheckResult.Failed(reason.Text, reason.Signature);
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection? session;
        lock (_gate) (session, _session) = (_session, null);
        if (session is not null) await session.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task<CheckResult> AskAsync(NpgsqlConnection? session)
    {
        if (session is not null && !await AnswersAsync(session))
        {
            await session.DisposeAsync();
            session = null;
        }
        if (session is null)
        {
            session = await _source.OpenConnectionAsync();
            if (!await TakesAsync(session))
            {
                await session.DisposeAsync();
                return CheckResult.Failed(
                    alone
                        ? "another instance uses this database, and without Redis only one can: give ConnectionStrings:Redis to all instances, or stop the other one"
                        : "an instance without Redis uses this database, and none can beside it: give it ConnectionStrings:Redis too, or stop it",
                    "instances");
            }
        }
        lock (_gate) (session, _session) = (_session, session);
        if (session is not null) await session.DisposeAsync();      // of a check that had been left behind
        return CheckResult.Healthy;
    }

    private async Task<bool> TakesAsync(NpgsqlConnection session)
    {
        await using var take = new NpgsqlCommand("SELECT CASE WHEN $2 THEN pg_try_advisory_lock($1) ELSE pg_try_advisory_lock_shared($1) END", session)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = Key }, new NpgsqlParameter<bool> { TypedValue = alone } },
        };
        return await take.ExecuteScalarAsync() is true;
    }

    private static async Task<bool> AnswersAsync(NpgsqlConnection session)
    {
        try
        {
            await using var ask = new NpgsqlCommand("SELECT 1", session);
            await ask.ExecuteScalarAsync();
            return true;
        }
        catch (Exception exception) when (PostgresFault.KindOf(exception) is not FaultKind.Defect)
        {
            return false;
        }
    }
}
