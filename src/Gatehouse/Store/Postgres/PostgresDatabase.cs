using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// The connections to the database, and the rules of a call on one: it ends in bounded time whatever the database does, and it is
/// made again where that may help and can do no harm.
/// </summary>
/// <remarks>
/// <para>Every call is written so that it can be made twice (see <see cref="Batch.Attempt"/>): after a connection that broke
/// nobody knows whether it was committed, and the second attempt finds out by itself.</para>
/// <para>A call that overruns its limit is left behind together with all connections of its time, and new ones are made: a server that
/// is paused, or a firewall that swallows packets, would hold them for as long as it pleases. They end by themselves when the server
/// goes on or TCP gives up. Npgsql's own timeout and cancellation are not used: they ask the server to cancel, and block a thread
/// for as long as it is silent, so that an outage of the database would starve the process of threads.</para>
/// </remarks>
internal sealed partial class PostgresDatabase : IAsyncDisposable
{
    private const int MostAttempts = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly NpgsqlDataSource _unpooled;
    private NpgsqlDataSource _source;
    private volatile bool _disposed;

    public PostgresDatabase(PostgresAddress address, TimeProvider clock, ILogger<PostgresDatabase> logger)
    {
        Address = address;
        _clock = clock;
        _logger = logger;
        _unpooled = Connect(address.Unpooled());
        _source = Connect(address);
    }

    public PostgresAddress Address { get; }

    /// <summary>Connections to an address. The types that the store uses are built in, so that none is asked for.</summary>
    public static NpgsqlDataSource Connect(PostgresAddress address)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(address.SensitiveConnectionString)
            .EnableArrays()
            .EnableTransportSecurity()
            .ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        if (address.IsPooled)
            builder.UsePhysicalConnectionInitializer(
                static _ => throw new NotSupportedException("The store opens connections asynchronously."),
                connection => SetUpAsync(connection, address.CallLimit));
        return address.HasManyHosts ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary) : builder.Build();
    }

    /// <summary>Makes a call: one batch, sent once, read to its end.</summary>
    /// <exception cref="StoreException">The database is away; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The caller does not wait any longer; the call may still happen.</exception>
    public async Task<T> CallAsync<T>(Func<Batch, Task<T>> call, CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            var source = Volatile.Read(ref _source);
            try
            {
                return await LimitedAsync(source, call, attempt, Address.CallLimit - _clock.GetElapsedTime(begun), cancellationToken);
            }
            catch (Exception exception) when (PostgresFault.KindOf(exception) is not FaultKind.Defect and var kind && !_disposed)
            {
                var reason = PostgresReason.Of(exception, Address);
                if (attempt == MostAttempts || kind is FaultKind.Silent or FaultKind.Closed || _clock.GetElapsedTime(begun) >= Address.CallLimit / 2)
                    throw new StoreException(StoreFault.Away, reason.Text, exception);
                LogAgain(attempt, reason.Text);
                if (kind is FaultKind.Connection) source.Clear();
            }
            await Task.Delay(Pause * (attempt * Random.Shared.NextDouble()), _clock, cancellationToken);
        }
    }

    /// <summary>Asks the server about itself on a connection made for that.</summary>
    public async Task<ServerFacts> AskServerAsync(CancellationToken cancellationToken)
    {
        var asking = AskServerAsync();
        try
        {
            return await asking.WaitAsync(Address.CallLimit, _clock, cancellationToken);
        }
        catch (Exception left) when (left is TimeoutException or OperationCanceledException && !asking.IsCompleted)
        {
            LeaveBehind(asking);
            throw;
        }
    }

    /// <summary>Gives all connections up, and those that are in use when they come back. The next calls make new ones.</summary>
    public void Recycle() => Volatile.Read(ref _source).Clear();

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _source.DisposeAsync();
        await _unpooled.DisposeAsync();
    }

    private async Task<T> LimitedAsync<T>(
        NpgsqlDataSource source, Func<Batch, Task<T>> call, int attempt, TimeSpan limit, CancellationToken cancellationToken)
    {
        var running = OnConnectionAsync(source, call, attempt);
        try
        {
            return await running.WaitAsync(limit, _clock, cancellationToken);
        }
        catch (Exception left) when (left is TimeoutException or OperationCanceledException && !running.IsCompleted)
        {
            LeaveBehind(running);
            if (left is TimeoutException) await GiveUpAsync(source);
            throw;
        }
    }

    private static async Task<T> OnConnectionAsync<T>(NpgsqlDataSource source, Func<Batch, Task<T>> call, int attempt)
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new Batch(connection, attempt);
        return await call(batch);
    }

    // A statement that takes too long ends on the server, a little before this side would leave it behind: it gives its locks back, and
    // its connection stays good. And no statement here is worth being compiled: in a database without statistics the planner thinks
    // so, and takes a hundred times as long.
    private static async Task SetUpAsync(NpgsqlConnection connection, TimeSpan callLimit)
    {
        await using var batch = new Batch(connection, attempt: 1);
        var milliseconds = ((long)(callLimit.TotalMilliseconds * 0.8)).ToString(CultureInfo.InvariantCulture);
        await batch.Add("SELECT set_config('statement_timeout', $1, false), set_config('jit', 'off', false)", milliseconds).RunAsync();
    }

    private async Task<ServerFacts> AskServerAsync()
    {
        await using var connection = await _unpooled.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new Batch(connection, attempt: 1);
        return await ServerFacts.ReadAsync(batch);
    }

    // It ends unheard, when the server goes on or TCP gives up.
    private static void LeaveBehind(Task running) => running.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);

    // Many calls overrun at once; one of them changes the connections for all.
    private async Task GiveUpAsync(NpgsqlDataSource source)
    {
        var fresh = Connect(Address);
        if (Interlocked.CompareExchange(ref _source, fresh, source) != source)
        {
            await fresh.DisposeAsync();
            return;
        }
        LogGivenUp(Address.ToString(), Address.CallLimit.TotalSeconds);
        await source.DisposeAsync();
        if (_disposed) await fresh.DisposeAsync();
    }

    [LoggerMessage(1401, LogLevel.Warning, "A call failed (attempt {Attempt}) and is made again: {Reason}")]
    private partial void LogAgain(int attempt, string reason);

    [LoggerMessage(1402, LogLevel.Warning, "PostgreSQL at {Address} did not answer in {Seconds} s; new connections are made")]
    private partial void LogGivenUp(string address, double seconds);
}
