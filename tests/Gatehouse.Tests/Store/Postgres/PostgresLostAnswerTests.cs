using System.Text.RegularExpressions;
using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Lines;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>
/// The line breaks while the answer comes, at many places of it: the call has been committed and the store does not know. It finds
/// out, answers as if nothing had been, and nothing happens twice.
/// </summary>
[Collection(nameof(Alone))]
public sealed partial class PostgresLostAnswerTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const int Places = 10;
    private const string Thread = "thread";
    private const string State = """
        SELECT coalesce(string_agg(concat_ws(' ', t.id, t.owner, t.generation, t.seq, t.next_ordinal,
            (SELECT string_agg(concat_ws(',', r.id, r.ordinal, r.state, r.steps, r.cancel_requested), ' ' ORDER BY r.ordinal) FROM agent_executions r WHERE r.thread_id = t.id),
            (SELECT string_agg(concat_ws(',', m.step, m.part, m.id, m.content), ' ' ORDER BY m.run_id, m.step, m.part) FROM messages m),
            (SELECT string_agg(concat_ws(',', i.id, i.payload), ' ') FROM interrupts i)), ' | ' ORDER BY t.id), '')
        FROM threads t
        """;

    private static readonly StillClock Clock = new();
    private static readonly StoredMessage Said = new("said", "assistant", "words", [new("call", new("tool", "{}"))]);

    private PostgresStores _stores = null!;
    private NpgsqlDataSource _source = null!;
    private PostgresStore _direct = null!;

    public async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        _source = NpgsqlDataSource.Create(_stores.ConnectionString);
        _direct = _stores.Open(Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _direct.DisposeAsync();
        await _source.DisposeAsync();
        await _stores.DisposeAsync();
    }

    [Fact]
    public Task A_message() => SameEverywhereAsync(store => store.AcceptAsync(Message("m"), "ann", default), () => Task.CompletedTask);

    [Fact]
    public Task A_message_behind_others() => SameEverywhereAsync(store => store.AcceptAsync(Message("m2"), "ann", default), StartAsync);

    [Fact]
    public Task An_answer() => SameEverywhereAsync(
        store => store.AnswerAsync(new("ask", "{}", true, "why", "run-2", Clock.GetUtcNow()), "bob", default),
        async () =>
        {
            await StartAsync();
            await WriteAsync(2, new RunChange.Closing(RunEnd.Interrupted, [1], [new("ask", "tool_call")]));
            await WriteAsync(3, new RunChange.Closed());
            await _direct.ProceedAsync(Thread, 1, default);
        });

    [Fact]
    public Task A_claim() => SameEverywhereAsync(
        store => store.ClaimAsync(Thread, "bob", default),
        async () =>
        {
            await StartAsync();
            await _direct.ReleaseAsync(Thread, 1, default);
        });

    [Fact]
    public Task A_take_over() => SameEverywhereAsync(
        store => store.TakeOverAsync("bob", 2, default),
        async () =>
        {
            foreach (var thread in new[] { "a", "b", "c" }) await _direct.AcceptAsync(Message("m", thread), "ann", default);
            await RunAsync("UPDATE threads SET lease_until = now() - interval '1 s'");
        });

    [Fact]
    public Task A_checkpoint() => SameEverywhereAsync(
        store => store.WriteAsync(new(Thread, 1, "run-m", new(9, 9), new RunChange.Said(0, [Said], false, new(1, 2))), default), StartAsync);

    [Fact]
    public Task A_tools_result() => SameEverywhereAsync(
        store => store.WriteAsync(new(Thread, 1, "run-m", new(9, 9), new RunChange.ToolEnded("call", new("result", "tool", "r", ToolCallId: "call"))), default),
        async () =>
        {
            await StartAsync();
            await WriteAsync(2, new RunChange.Said(0, [Said], false, default));
        });

    [Fact]
    public Task The_question_what_is_next_when_nothing_is() => SameEverywhereAsync(
        store => store.ProceedAsync(Thread, 1, default),
        async () =>
        {
            await StartAsync();
            await WriteAsync(2, new RunChange.Closed());
        });

    [Fact]
    public Task A_release() => SameEverywhereAsync(store => Boxed(store.ReleaseAsync(Thread, 1, default)), StartAsync);

    [Fact]
    public Task A_cancellation() => SameEverywhereAsync(store => store.CancelAsync("run-m", default), StartAsync);

    [Fact]
    public Task A_renewal() => SameEverywhereAsync(store => store.RenewAsync("ann", default), StartAsync);

    [Fact]
    public Task A_snapshot() => SameEverywhereAsync(store => store.SnapshotAsync(Thread, default), StartAsync);

    private async Task SameEverywhereAsync<T>(Func<IStore, Task<T>> call, Func<Task> prepare)
    {
        var (opening, whole, expected) = await WholeAsync(call, prepare);
        Assert.True(whole > opening, "The call was not seen on the line.");
        // Evenly over the answer, and byte by byte at its end, where the commit is told.
        var places = Enumerable.Range(0, Places).Select(i => opening + i * (whole - opening) / Places).Concat(Enumerable.Range(1, 6).Select(i => whole - i));
        foreach (var place in places.Distinct())
        {
            long allowance = place;
            var target = (await postgres.ServerAsync()).Port;
            await using var line = CuttingProxy.Start(target, _ => Interlocked.Exchange(ref allowance, long.MaxValue));
            Assert.Equal((place, expected), (place, await OutcomeAsync(line, call, prepare)));
            Assert.Equal(2, line.Accepted);     // the one that was cut, and the one of the second attempt
        }
    }

    // How many bytes come until the call is sent, and until it is answered.
    private async Task<(long Opening, long Whole, string Outcome)> WholeAsync<T>(Func<IStore, Task<T>> call, Func<Task> prepare)
    {
        long seen = 0;
        var target = (await postgres.ServerAsync()).Port;
        await using var line = CuttingProxy.Start(target, _ => long.MaxValue, (_, bytes) => Interlocked.Add(ref seen, bytes.Length));
        await using (var source = PostgresDatabase.Connect(Address(line))) await (await source.OpenConnectionAsync()).DisposeAsync();
        var opening = seen;
        seen = 0;
        var outcome = await OutcomeAsync(line, call, prepare);
        return (opening, seen, outcome);
    }

    private async Task<string> OutcomeAsync<T>(CuttingProxy line, Func<IStore, Task<T>> call, Func<Task> prepare)
    {
        await RunAsync("DELETE FROM threads");
        await prepare();
        await using var database = new PostgresDatabase(Address(line), Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresDatabase>.Instance);
        await using var store = new PostgresStore(database, TimeSpan.FromSeconds(15), Clock);
        var answer = AskedAt().Replace(Text.Of(await call(store)), "");
        await using var command = _source.CreateCommand(State);
        return $"{answer}\n{await command.ExecuteScalarAsync()}";
    }

    private PostgresAddress Address(CuttingProxy line)
    {
        var settings = new NpgsqlConnectionStringBuilder(_stores.ConnectionString) { Port = line.Port };
        return PostgresStores.Address(settings.ToString());
    }

    private async Task StartAsync()
    {
        await _direct.AcceptAsync(Message("m"), "ann", default);
        await WriteAsync(1, new RunChange.Started(Clock.GetUtcNow()));
    }

    private Task WriteAsync(long seq, RunChange change) => _direct.WriteAsync(new(Thread, 1, "run-m", new(seq, 0), change), default);

    private static NewRun Message(string id, string thread = Thread) =>
        new(thread, id, "hello", "agent", thread == Thread ? $"run-{id}" : $"run-{id}-{thread}", Clock.GetUtcNow());

    private static async Task<object> Boxed<T>(Task<T> call) => (await call)!;

    private async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex("\"AskedAt\":[0-9]+")]
    private static partial Regex AskedAt();

    /// <summary>Its date stands still, its timers do not.</summary>
    private sealed class StillClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
