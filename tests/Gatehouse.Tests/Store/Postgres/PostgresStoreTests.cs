using System.Buffers.Binary;
using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Lines;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>What is true of this store beyond the contract.</summary>
public sealed class PostgresStoreTests(SharedPostgres postgres) : IAsyncLifetime
{
    private PostgresStores _stores = null!;

    public async ValueTask InitializeAsync() => _stores = await PostgresStores.RentAsync(postgres);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task A_pool_that_is_exhausted_is_told_from_a_server_that_is_silent()
    {
        var address = PostgresStores.Address($"{_stores.ConnectionString};Maximum Pool Size=1;Timeout=1");
        await using var database = new PostgresDatabase(address, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        var (taken, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = database.CallAsync(
            async batch =>
            {
                await batch.Add("SELECT 1").RunAsync();
                taken.SetResult();
                await done.Task;
                return true;
            },
            default);
        await taken.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var away = await Assert.ThrowsAsync<StoreException>(() => database.CallAsync(static async batch =>
        {
            await batch.Add("SELECT 2").RunAsync();
            return true;
        }, default));

        Assert.Equal("pool_exhausted", PostgresReason.Of(away.InnerException!, address).Signature);
        Assert.Equal("UTF8", (await database.AskServerAsync(default)).Encoding);        // a fresh connection works
        done.SetResult();
        Assert.True(await holding);
    }

    [Fact]
    public async Task Every_call_is_one_round_trip()
    {
        var trips = new RoundTrips();
        await using var line = CuttingProxy.Start((await postgres.ServerAsync()).Port, _ => long.MaxValue, (_, bytes) => trips.See(bytes.Span));
        var settings = new NpgsqlConnectionStringBuilder(_stores.ConnectionString) { Port = line.Port, MaxPoolSize = 1 };
        await using var database = new PostgresDatabase(PostgresStores.Address(settings.ToString()), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        await using var store = new PostgresStore(database, TimeSpan.FromSeconds(15), TimeProvider.System);
        var said = new StoredMessage("a", "assistant", "words", [new("c", new("tool", "{}")), new("d", new("tool", "{}"))]);
        var results = new Dictionary<string, int>();

        for (var round = 0; round < 4; round++)         // after two, every statement is prepared
        {
            var (thread, seq) = ($"t{round}", 0);
            await CountAsync("accept", () => store.AcceptAsync(Message(thread, "m"), "me", default));
            foreach (var (name, change) in new (string, RunChange)[]
            {
                ("started", new RunChange.Started(DateTimeOffset.UnixEpoch)), ("said in part", new RunChange.Said(0, [said], true, default)),
                ("said", new RunChange.Said(0, [said], false, default)), ("tool begun", new RunChange.ToolBegun("c")),
                ("tool ended", new RunChange.ToolEnded("c", new("r", "tool", "result", ToolCallId: "c"))), ("rewound", new RunChange.Rewound()),
                ("closing", new RunChange.Closing(RunEnd.Interrupted, [1], [new($"{thread}.ask", "tool_call")])), ("closed", new RunChange.Closed()),
            })
                await CountAsync(name, () => store.WriteAsync(new(thread, 1, $"{thread}.m", new(++seq, 0), change), default));
            await CountAsync("proceed", () => store.ProceedAsync(thread, 1, default));
            await CountAsync("answer", () => store.AnswerAsync(new($"{thread}.ask", "{}", true, null, $"{thread}.answer", DateTimeOffset.UnixEpoch), "me", default));
            await CountAsync("cancel", () => store.CancelAsync($"{thread}.answer", default));
            await CountAsync("release", () => store.ReleaseAsync(thread, 2, default));
            await CountAsync("claim", () => store.ClaimAsync(thread, "me", default));
            await CountAsync("renew", () => store.RenewAsync("me", default));
            await CountAsync("take over", () => store.TakeOverAsync("another", 5, default));
            await CountAsync("snapshot", () => store.SnapshotAsync(thread, default));
            await CountAsync("context", () => store.ContextAsync($"{thread}.m", default));
            await CountAsync("threads", () => store.ThreadsAsync(null, 10, default));
        }

        Assert.Equal(19, results.Count);
        Assert.All(results, call => Assert.Equal((call.Key, 1), (call.Key, call.Value)));

        async Task CountAsync<T>(string name, Func<Task<T>> call)
        {
            trips.Count = 0;
            await call();
            results[name] = trips.Count;
        }
    }

    [Fact]
    public async Task A_connection_has_a_limit_on_the_server_too_and_compiles_nothing()
    {
        await using var database = new PostgresDatabase(
            PostgresStores.Address($"{_stores.ConnectionString};Command Timeout=4"), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

        Assert.Equal(("3200ms", "off"), await database.CallAsync(
            async batch =>
            {
                await using var results = await batch.Add("SELECT current_setting('statement_timeout'), current_setting('jit')").SendAsync();
                var settings = await results.FirstAsync(static row => (row.Text(), row.Text()));
                await results.EndAsync();
                return settings;
            },
            default));
    }

    [Fact]
    public async Task Pages_are_cut_by_bytes_whatever_the_locale_of_the_database()
    {
        await _stores.RunAsync("CREATE DATABASE english ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C' TEMPLATE template0");
        var address = PostgresStores.Address((await postgres.ServerAsync()).ConnectionString("english"));
        await new PostgresMigrator(address, Gatehouse.Store.Migrations.Migration.For("postgres"), TimeProvider.System, _ => { }).MigrateAsync(TimeSpan.FromSeconds(60), default);
        await using var database = new PostgresDatabase(address, TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        await using var store = new PostgresStore(database, TimeSpan.FromSeconds(15), TimeProvider.System);
        foreach (var thread in new[] { "a", "B", "b", "A", "_", "0" }) await store.AcceptAsync(Message(thread, "m"), "me", default);       // all of the same time

        var listed = new List<string>();
        string? next = null;
        do
        {
            var page = await store.ThreadsAsync(next, 1, default);
            listed.AddRange(page.Threads.Select(thread => thread.ThreadId));
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(["b", "a", "_", "B", "A", "0"], listed);
    }

    [Fact]
    public async Task A_cancelled_call_does_not_happen()
    {
        await using var store = _stores.Open(TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AcceptAsync(Message("t", "m"), "me", new(canceled: true)));

        Assert.Null(await store.SnapshotAsync("t", default));
    }

    [Fact]
    public async Task A_thread_that_is_removed_while_a_message_comes_has_it_or_has_it_not()
    {
        await using var store = _stores.Open(TimeProvider.System);
        for (var round = 0; round < 40; round++)
        {
            await store.AcceptAsync(Message("t", "before"), "me", default);
            var removing = Task.Run(() => store.RemoveAsync("t", default));
            var accepted = Assert.IsType<AcceptResult.Done>(await store.AcceptAsync(Message("t", $"m{round}"), "me", default));
            await removing;

            // Removed with it, or made anew by it.
            Assert.True(await store.SnapshotAsync("t", default) is null || accepted.Claim is { Generation: 1 });
            await store.RemoveAsync("t", default);
        }
    }

    private static NewRun Message(string thread, string message) => new(thread, message, "hello", "agent", $"{thread}.{message}", DateTimeOffset.UnixEpoch);

    /// <summary>Counts the ends of answers ("ready for query") in what a server sends.</summary>
    private sealed class RoundTrips
    {
        private readonly List<byte> _bytes = [];
        private bool _begun;

        public int Count { get; set; }

        public void See(ReadOnlySpan<byte> bytes)
        {
            // The first byte of all answers the question for encryption: no.
            _bytes.AddRange(_begun ? bytes : bytes[1..]);
            _begun = true;
            while (_bytes.Count >= 5)
            {
                // A letter, and the length of what follows with itself.
                var length = 1 + BinaryPrimitives.ReadInt32BigEndian([_bytes[1], _bytes[2], _bytes[3], _bytes[4]]);
                if (_bytes.Count < length) return;
                if (_bytes[0] == (byte)'Z') Count++;
                _bytes.RemoveRange(0, length);
            }
        }
    }
}
