using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>Two instances with one database: what the contract says where more than one owner is alive.</summary>
public sealed class PostgresInstancesTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const string Thread = "thread";

    private PostgresStores _stores = null!;
    private PostgresStore _ann = null!;
    private PostgresStore _bob = null!;
    private int _messages;

    public async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        _ann = _stores.Open(TimeProvider.System);
        _bob = _stores.Open(TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _ann.DisposeAsync();
        await _bob.DisposeAsync();
        await _stores.DisposeAsync();
    }

    [Fact]
    public async Task Of_those_who_claim_a_free_thread_at_once_one_has_it()
    {
        for (var round = 0; round < 20; round++)
        {
            await AcceptAsync(_ann, $"t{round}", "ann");
            await _ann.ReleaseAsync($"t{round}", 1, default);

            var claims = await AtOnceAsync(8, i => Either(i).ClaimAsync($"t{round}", $"owner-{i}", default));

            Assert.Equal(2, Assert.Single(claims, claim => claim is not null)!.Generation);
        }
    }

    [Fact]
    public async Task Of_those_who_claim_a_thread_whose_lease_is_over_one_has_it()
    {
        for (var round = 0; round < 20; round++)
        {
            await AcceptAsync(_ann, $"t{round}", "ann");
            await _stores.LapseAsync();

            var claims = await AtOnceAsync(8, i => Either(i).ClaimAsync($"t{round}", $"owner-{i}", default));

            var claim = Assert.Single(claims, claim => claim is not null)!;
            Assert.Equal((2, false), (claim.Generation, claim.Orderly));
        }
    }

    [Fact]
    public async Task Of_those_who_write_to_a_free_thread_at_once_one_has_it_and_the_others_queue()
    {
        var accepted = await AtOnceAsync(8, i => AcceptAsync(Either(i), Thread, $"owner-{i}"));

        Assert.Single(accepted, each => each.Claim is not null);
        Assert.Equal(Enumerable.Range(0, 8), accepted.Select(each => each.Queued).Order());
    }

    [Fact]
    public async Task A_lease_is_respected_until_it_is_over()
    {
        await AcceptAsync(_ann, Thread, "ann");
        Assert.Null(await _bob.ClaimAsync(Thread, "bob", default));
        Assert.Empty(await _bob.TakeOverAsync("bob", 10, default));
        Assert.Null((await AcceptAsync(_bob, Thread, "bob")).Claim);

        await _stores.LapseAsync();

        // A message claims nothing from an owner, even a late one: that is for those who have proved to be steady.
        Assert.Null((await AcceptAsync(_bob, Thread, "bob")).Claim);
        Assert.Equal((2, false), Short(Assert.Single(await _bob.TakeOverAsync("bob", 10, default))));
    }

    [Fact]
    public async Task A_take_over_that_was_held_back_takes_nothing()
    {
        var lease = TimeSpan.FromSeconds(1);
        var bob = _stores.Open(TimeProvider.System, lease);
        await AcceptAsync(_ann, Thread, "ann");
        await _stores.LapseAsync();
        await bob.RenewAsync("bob", default);
        await using var source = NpgsqlDataSource.Create(_stores.ConnectionString);
        await using var held = source.CreateCommand("SELECT pg_sleep(0.6)");
        await held.ExecuteNonQueryAsync();

        // Half a lease after what bob last knew: whoever was cut off as well is about to renew.
        Assert.Empty(await bob.TakeOverAsync("bob", 10, default));

        await bob.RenewAsync("bob", default);
        Assert.Equal((2, false), Short(Assert.Single(await bob.TakeOverAsync("bob", 10, default))));
    }

    [Fact]
    public async Task A_lease_ends_by_the_clock_of_the_database()
    {
        // An instance whose own clock is a day ahead, or behind, grants and respects the same leases.
        var fast = _stores.Open(new SkewedClock(TimeSpan.FromDays(1)), TimeSpan.FromSeconds(1));
        var slow = _stores.Open(new SkewedClock(TimeSpan.FromDays(-1)), TimeSpan.FromSeconds(15));
        await AcceptAsync(slow, "long", "slow");
        await AcceptAsync(fast, "short", "fast");

        Claim? claim;
        while ((claim = await slow.ClaimAsync("short", "slow", default)) is null) await Task.Delay(50);

        Assert.Equal((2, false), Short(claim));
        Assert.Null(await fast.ClaimAsync("long", "fast", default));
    }

    [Fact]
    public async Task A_claim_says_how_long_it_lasts_from_before_it_was_asked()
    {
        var before = TimeProvider.System.GetTimestamp();
        var claim = (await AcceptAsync(_ann, Thread, "ann")).Claim!;
        var after = TimeProvider.System.GetTimestamp();

        Assert.Equal(TimeSpan.FromSeconds(15), claim.Lease!.Value.Length);
        Assert.InRange(claim.Lease.Value.AskedAt, before, after);
        var renewal = await _ann.RenewAsync("ann", default);
        Assert.True(renewal.Lease!.Value.AskedAt > after);
    }

    [Fact]
    public async Task A_renewal_prolongs_what_is_owned_and_leaves_out_what_was_taken()
    {
        await AcceptAsync(_ann, "kept", "ann");
        await AcceptAsync(_ann, "lost", "ann");
        await _stores.LapseAsync();
        await _bob.ClaimAsync("lost", "bob", default);

        var renewal = await _ann.RenewAsync("ann", default);

        Assert.Equal("kept", Assert.Single(renewal.Threads).ThreadId);
        Assert.Null(await _bob.ClaimAsync("kept", "bob", default));
        Assert.Equal("lost", Assert.Single((await _bob.RenewAsync("bob", default)).Threads).ThreadId);
    }

    [Fact]
    public async Task Those_who_take_over_at_once_share_the_threads()
    {
        for (var i = 0; i < 40; i++) await AcceptAsync(_ann, $"t{i}", "gone");
        await _stores.LapseAsync();

        var taken = await AtOnceAsync(8, async i =>
        {
            var mine = new List<Claim>();
            while (await Either(i).TakeOverAsync($"owner-{i}", 3, default) is { Count: > 0 } more) mine.AddRange(more);
            return mine;
        });

        var all = taken.SelectMany(each => each).ToList();
        Assert.Equal(40, all.Count);
        Assert.Equal(40, all.Select(claim => claim.ThreadId).Distinct().Count());
        Assert.All(all, claim => Assert.Equal((2, false), Short(claim)));
    }

    [Fact]
    public async Task What_another_take_over_has_locked_is_left_to_it_without_waiting()
    {
        for (var i = 0; i < 5; i++) await AcceptAsync(_ann, $"t{i}", "gone");
        await _stores.LapseAsync();
        await using var source = NpgsqlDataSource.Create(_stores.ConnectionString);
        await using var other = await source.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var locking = new NpgsqlCommand("SELECT id FROM threads WHERE id IN ('t0', 't1', 't2') FOR NO KEY UPDATE", other);
        await locking.ExecuteNonQueryAsync();

        Assert.Equal(["t3", "t4"], (await _bob.TakeOverAsync("bob", 3, default)).Select(claim => claim.ThreadId));

        await transaction.RollbackAsync();
        Assert.Equal(["t0", "t1", "t2"], (await _bob.TakeOverAsync("bob", 3, default)).Select(claim => claim.ThreadId));
    }

    [Fact]
    public async Task An_owner_that_was_paused_can_change_nothing_after_another_has_taken_over()
    {
        await AcceptAsync(_ann, Thread, "ann", "run");
        await _stores.LapseAsync();
        await _bob.TakeOverAsync("bob", 1, default);
        var before = Text.Of(await _bob.SnapshotAsync(Thread, default));
        var message = new StoredMessage("m", "assistant", "late");
        RunChange[] changes =
        [
            new RunChange.Started(DateTimeOffset.UnixEpoch), new RunChange.Rewound(), new RunChange.Said(0, [message], true, default),
            new RunChange.Said(0, [message], false, default), new RunChange.ToolBegun("c"), new RunChange.ToolEnded("c", message),
            new RunChange.Closing(RunEnd.Failed, [1], [new("ask", "tool_call")]), new RunChange.Closed(),
        ];

        foreach (var change in changes)
            Assert.Equal(CheckpointVerdict.Stale, await _ann.WriteAsync(new(Thread, 1, "run", new(9, 9), change), default));
        Assert.Equal(new(true, null), await _ann.ProceedAsync(Thread, 1, default));
        Assert.Equal(CheckpointVerdict.Stale, await _ann.ReleaseAsync(Thread, 1, default));

        Assert.Equal(before, Text.Of(await _bob.SnapshotAsync(Thread, default)));
        Assert.Equal(2, Assert.Single((await _bob.RenewAsync("bob", default)).Threads).Generation);
    }

    [Fact]
    public async Task A_message_that_comes_while_the_owner_finishes_is_seen_by_the_owner_or_claims_the_thread()
    {
        for (var round = 0; round < 60; round++)
        {
            var thread = $"t{round}";
            await AcceptAsync(_ann, thread, "ann", $"first-{round}");
            await _ann.WriteAsync(new(thread, 1, $"first-{round}", new(1, 1), new RunChange.Closed()), default);

            var accepting = Task.Run(() => AcceptAsync(_bob, thread, "bob"));
            var proceeding = await _ann.ProceedAsync(thread, 1, default);
            var accepted = await accepting;

            Assert.False(proceeding.Stale && accepted.Claim is null);
            Assert.Equal(accepted.RunId, proceeding.Run?.RunId ?? accepted.Claim?.Run?.RunId);
            Assert.True(proceeding.Run is null || accepted.Claim is null, "Both work on it.");
        }
    }

    [Fact]
    public async Task An_owner_that_finishes_waits_for_the_message_that_is_just_being_accepted()
    {
        await AcceptAsync(_ann, Thread, "ann", "first");
        await _ann.WriteAsync(new(Thread, 1, "first", new(1, 1), new RunChange.Closed()), default);
        await using var source = NpgsqlDataSource.Create(_stores.ConnectionString);
        await using var accepting = await source.OpenConnectionAsync();
        await using var transaction = await accepting.BeginTransactionAsync();
        await using var half = new NpgsqlCommand(
            "SELECT id FROM threads FOR NO KEY UPDATE; "
            + "INSERT INTO agent_executions (id, thread_id, ordinal, agent, accepted_seq, accepted_digest, created_at) SELECT 'second', id, 1, 'agent', 1, 1, 1 FROM threads",
            accepting);
        await half.ExecuteNonQueryAsync();
        var proceeding = _ann.ProceedAsync(Thread, 1, default);
        await using var waiting = source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
        while ((long)(await waiting.ExecuteScalarAsync())! == 0) await Task.Delay(10);
        await transaction.CommitAsync();

        Assert.Equal("second", (await proceeding).Run?.RunId);
        Assert.Single((await _ann.RenewAsync("ann", default)).Threads);     // and has not given the thread up
    }

    [Fact]
    public async Task All_calls_at_once_never_wait_for_each_other_in_a_circle()
    {
        await AtOnceAsync(12, async i =>
        {
            var (store, owner, random) = (Either(i), $"owner-{i % 3}", new Random(i));
            for (var step = 0; step < 60; step++)
            {
                var thread = $"t{random.Next(4)}";
                var generation = random.Next(1, 4);
                switch (random.Next(10))
                {
                    case 0: await store.RenewAsync(owner, default); break;
                    case 1: await store.TakeOverAsync(owner, 3, default); break;
                    case 2: await store.ClaimAsync(thread, owner, default); break;
                    case 3: await store.ProceedAsync(thread, generation, default); break;
                    case 4: await store.ReleaseAsync(thread, generation, default); break;
                    case 5: await store.RemoveAsync(thread, default); break;
                    case 6: await store.CancelAsync($"{thread}.run", default); break;
                    case 7: await store.SnapshotAsync(thread, default); break;
                    case 8:
                        await store.WriteAsync(new(thread, generation, $"{thread}.run", new(step, 0), new RunChange.Said(step, [], true, default)), default);
                        break;
                    default:
                        await store.AcceptAsync(new(thread, $"{thread}.m", "text", "agent", $"{thread}.run", DateTimeOffset.UnixEpoch), owner, default);
                        break;
                }
            }
            return true;
        });

        // The server says so when it has to end such a circle; the store would only make the call again.
        Assert.DoesNotContain("deadlock detected", (await postgres.ServerAsync()).Process.Output);
    }

    private async Task<AcceptResult.Done> AcceptAsync(IStore store, string thread, string owner, string? run = null)
    {
        var message = $"m{Interlocked.Increment(ref _messages)}";
        var result = await store.AcceptAsync(new(thread, message, "hello", "agent", run ?? $"run-{message}", DateTimeOffset.UnixEpoch), owner, default);
        return Assert.IsType<AcceptResult.Done>(result);
    }

    private PostgresStore Either(int i) => i % 2 == 0 ? _ann : _bob;

    private static Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => call(i))));

    private static (int Generation, bool Orderly) Short(Claim claim) => ((int)claim.Generation, claim.Orderly);

    private sealed class SkewedClock(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
    }
}
