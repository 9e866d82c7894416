using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log;

/// <summary>What every <see cref="IConversationLog"/> keeps to; run on each implementation.</summary>
public abstract class ConversationLogContract
{
    private const string Thread = "thread";
    private const int Window = 20;

    private readonly Lazy<IConversationLog> _log;

    protected ConversationLogContract() => _log = new(() => Create(Window, Keep));

    private protected static TimeSpan Keep => TimeSpan.FromHours(1);

    private protected IConversationLog Log => _log.Value;

    /// <param name="keep">How long a log is kept after its last append.</param>
    private protected abstract IConversationLog Create(int window, TimeSpan keep);

    /// <summary>Lets time pass for the log.</summary>
    private protected abstract Task PassAsync(TimeSpan time);

    /// <summary>Waits until following has begun. Where the log is, that is at once.</summary>
    private protected virtual Task InEffectAsync(FollowerRecord told) => Task.CompletedTask;

    // ── begin ────────────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task A_log_begins_at_the_stored_position()
    {
        var position = new Position(41, 0xFEDCBA9876543210);

        Assert.Equal(new(LogVerdict.Done, position), await BeginAsync(1, position));
        Assert.Equal((true, position, 0), Describe(await Log.ReadAsync(Thread, position, 10, default)));
    }

    [Fact]
    public async Task A_log_that_holds_the_stored_position_is_kept_and_goes_on_at_its_head()
    {
        var entries = await FilledAsync(5);

        Assert.Equal(new(LogVerdict.Done, entries[4].Position), await BeginAsync(2, entries[2].Position));
        AssertSame(entries, (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(3, true)]
    public async Task A_log_that_is_behind_the_stored_position_or_of_another_chain_is_replaced(int events, bool another)
    {
        var entries = await FilledAsync(5);
        var stored = Chain(Position.Start, events, another ? "other" : "event")[^1].Position;

        Assert.Equal(new(LogVerdict.Done, stored), await BeginAsync(2, stored));
        Assert.False((await Log.ReadAsync(Thread, entries[1].Position, 10, default)).Found);
        Assert.Equal((true, stored, 0), Describe(await Log.ReadAsync(Thread, stored, 10, default)));
    }

    [Fact]
    public async Task An_earlier_owner_cannot_begin_and_the_same_one_can_again()
    {
        await BeginAsync(2, Position.Start);
        var entries = Chain(Position.Start, 3);
        await AppendAsync(2, Position.Start, entries);

        Assert.Equal(LogVerdict.Fenced, (await BeginAsync(1, Position.Start)).Verdict);
        Assert.Equal(new(LogVerdict.Done, entries[2].Position), await BeginAsync(2, Position.Start));
        Assert.Equal(LogVerdict.Done, (await AppendAsync(2, entries[2].Position, Chain(entries[2].Position, 1))).Verdict);
    }

    // ── append ───────────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task Events_are_added_at_the_head()
    {
        await BeginAsync(1, Position.Start);
        var first = Chain(Position.Start, 2);
        var second = Chain(first[1].Position, 3);

        Assert.Equal(new(LogVerdict.Done, first[1].Position), await AppendAsync(1, Position.Start, first));
        Assert.Equal(new(LogVerdict.Done, second[2].Position), await AppendAsync(1, first[1].Position, second));
        AssertSame([.. first, .. second], (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_succeeds_again_and_adds_nothing()
    {
        await BeginAsync(1, Position.Start);
        var entries = Chain(Position.Start, 2);
        await AppendAsync(1, Position.Start, entries);

        Assert.Equal(new(LogVerdict.Done, entries[1].Position), await AppendAsync(1, Position.Start, entries));
        Assert.Equal(2, (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries.Count);
    }

    [Fact]
    public async Task An_append_elsewhere_than_at_the_head_diverges_and_adds_nothing()
    {
        var entries = await FilledAsync(3);
        var ahead = Chain(entries[2].Position, 2);

        Assert.Equal(new(LogVerdict.Diverged, entries[2].Position), await AppendAsync(1, ahead[0].Position, ahead[1..]));
        Assert.Equal(LogVerdict.Diverged, (await AppendAsync(1, entries[1].Position, Chain(entries[1].Position, 1, "other"))).Verdict);
        AssertSame(entries, (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries);
    }

    [Fact]
    public async Task An_earlier_owner_cannot_append_not_even_what_is_there()
    {
        var entries = await FilledAsync(3);
        await BeginAsync(2, entries[2].Position);

        Assert.Equal(LogVerdict.Fenced, (await AppendAsync(1, entries[2].Position, Chain(entries[2].Position, 1))).Verdict);
        Assert.Equal(LogVerdict.Fenced, (await AppendAsync(1, Position.Start, entries)).Verdict);
    }

    [Fact]
    public async Task An_owner_that_has_not_begun_cannot_append()
    {
        var entries = Chain(Position.Start, 1);
        Assert.Equal(LogVerdict.Diverged, (await AppendAsync(1, Position.Start, entries)).Verdict);
        await BeginAsync(1, Position.Start);

        Assert.Equal(LogVerdict.Diverged, (await AppendAsync(2, Position.Start, entries)).Verdict);
        Assert.Empty((await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries);
    }

    [Fact]
    public async Task What_is_older_than_the_window_goes()
    {
        var entries = await FilledAsync(4 * Window, checkpointed: true);

        Assert.False((await Log.ReadAsync(Thread, entries[Window].Position, 1000, default)).Found);
        AssertSame(entries[^Window..], (await Log.ReadAsync(Thread, entries[^(Window + 1)].Position, 1000, default)).Entries);
    }

    [Fact]
    public async Task Nothing_behind_the_last_checkpoint_goes_however_long_ago_it_was()
    {
        var entries = await FilledAsync(4 * Window, checkpointed: false);

        AssertSame(entries, (await Log.ReadAsync(Thread, Position.Start, 1000, default)).Entries);
    }

    // ── read ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task Where_there_is_no_log_nothing_is_found() =>
        Assert.Equal((false, Position.Start, 0), Describe(await Log.ReadAsync(Thread, Position.Start, 10, default)));

    [Fact]
    public async Task From_a_position_on_the_chain_the_oldest_after_it_are_read_up_to_the_limit()
    {
        var entries = await FilledAsync(5);

        var slice = await Log.ReadAsync(Thread, entries[0].Position, 2, default);

        Assert.Equal((true, entries[0].Position, 2), Describe(slice));
        AssertSame(entries[1..3], slice.Entries);
        Assert.Equal((true, entries[4].Position, 0), Describe(await Log.ReadAsync(Thread, entries[4].Position, 2, default)));
    }

    [Fact]
    public async Task From_any_other_position_the_newest_are_read_up_to_the_limit()
    {
        var entries = await FilledAsync(5);

        var slice = await Log.ReadAsync(Thread, entries[1].Position with { Digest = 1 }, 2, default);

        Assert.Equal((false, entries[2].Position, 2), Describe(slice));
        AssertSame(entries[3..], slice.Entries);
        Assert.Equal((false, Position.Start, 5), Describe(await Log.ReadAsync(Thread, new(99, 1), 10, default)));
    }

    [Fact]
    public async Task A_takeover_is_read_as_one()
    {
        await BeginAsync(1, Position.Start);
        var entries = Chain(Position.Start, 2);
        entries[1] = entries[1] with { Rewound = true };
        await AppendAsync(1, Position.Start, entries);

        Assert.Equal([false, true], (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries.Select(entry => entry.Rewound));
    }

    [Fact]
    public async Task Threads_have_nothing_to_do_with_each_other()
    {
        await FilledAsync(3);

        Assert.False((await Log.ReadAsync("other", Position.Start, 10, default)).Entries.Any());
        Assert.Equal(LogVerdict.Done, (await Log.BeginAsync("other", 1, Position.Start, default)).Verdict);
    }

    // ── follow ───────────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task A_follower_is_told_what_is_appended_from_now_on_in_order()
    {
        var first = await FilledAsync(2);
        var told = new FollowerRecord();
        using (await FollowAsync(Thread, told))
        {
            var second = Chain(first[1].Position, 3);
            await AppendAsync(1, first[1].Position, second[..1]);
            await AppendAsync(1, second[0].Position, second[1..]);

            Assert.Equal([(first[1].Position, 1), (second[0].Position, 2)], await told.WaitAsync(batches: 2));
            AssertSame(second, told.Entries);
        }
    }

    [Fact]
    public async Task A_follower_is_told_nothing_of_what_was_refused_or_had_happened()
    {
        var entries = await FilledAsync(2);
        var told = new FollowerRecord();
        using var following = await FollowAsync(Thread, told);
        await AppendAsync(1, Position.Start, entries);
        await AppendAsync(1, Position.Start, Chain(Position.Start, 2, "other"));
        await AppendAsync(1, entries[1].Position, Chain(entries[1].Position, 1));

        Assert.Equal([(entries[1].Position, 1)], await told.WaitAsync(batches: 1));
    }

    [Fact]
    public async Task Who_follows_before_there_is_a_log_or_beside_others_is_told_all_and_who_has_left_nothing()
    {
        var (one, two, left) = (new FollowerRecord(), new FollowerRecord(), new FollowerRecord());
        using var first = await FollowAsync(Thread, one);
        using var second = await FollowAsync(Thread, two);
        (await FollowAsync(Thread, left)).Dispose();
        var entries = await FilledAsync(3);

        Assert.Equal([(Position.Start, 3)], await one.WaitAsync(batches: 1));
        Assert.Equal([(Position.Start, 3)], await two.WaitAsync(batches: 1));
        AssertSame(entries, one.Entries);
        Assert.Empty(left.Entries);
    }

    [Fact]
    public async Task Who_leaves_and_comes_back_at_once_is_told_what_comes_then()
    {
        var entries = await FilledAsync(1);
        for (var i = 0; i < 20; i++)
        {
            var (left, told) = (new FollowerRecord(), new FollowerRecord());
            var before = await FollowAsync(Thread, left);
            var next = Chain(entries[^1].Position, 1);
            before.Dispose();
            using (await FollowAsync(Thread, told))
            {
                await AppendAsync(1, entries[^1].Position, next);
                Assert.Equal([(entries[^1].Position, 1)], await told.WaitAsync(batches: 1));
            }
            Assert.Empty(left.Entries);
            entries = next;
        }
    }

    [Fact]
    public async Task Followers_see_one_chain_while_many_threads_are_written()
    {
        var threads = Enumerable.Range(0, 8).Select(i => $"thread-{i}").ToList();
        await Task.WhenAll(threads.Select(thread => Task.Run(async () =>
        {
            var told = new FollowerRecord();
            using var following = await FollowAsync(thread, told);
            await Log.BeginAsync(thread, 1, Position.Start, default);
            var entries = Chain(Position.Start, 200, thread);
            for (var i = 0; i < entries.Length; i++)
                await Log.AppendAsync(thread, new(1, i == 0 ? Position.Start : entries[i - 1].Position, [entries[i]], Position.Start), default);
            await told.WaitAsync(batches: entries.Length);
            AssertSame(entries, told.Entries);
        })));
    }

    // ── how long it is kept ──────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task A_log_goes_some_time_after_its_last_append_and_its_followers_hear_of_the_next_one()
    {
        var entries = await FilledAsync(1);
        var told = new FollowerRecord();
        using var following = await FollowAsync(Thread, told);
        await PassAsync(0.9 * Keep);
        var more = Chain(entries[0].Position, 1);
        await AppendAsync(1, entries[0].Position, more);
        await PassAsync(0.9 * Keep);
        Assert.True((await Log.ReadAsync(Thread, Position.Start, 10, default)).Found);

        await PassAsync(Keep);

        Assert.Equal((false, Position.Start, 0), Describe(await Log.ReadAsync(Thread, more[0].Position, 10, default)));
        await BeginAsync(1, more[0].Position);
        await AppendAsync(1, more[0].Position, Chain(more[0].Position, 1));
        Assert.Equal([(entries[0].Position, 1), (more[0].Position, 1)], await told.WaitAsync(batches: 2));
    }

    [Fact]
    public async Task A_log_that_is_kept_goes_some_time_after_that_and_one_that_is_not_there_is_not_made()
    {
        var entries = await FilledAsync(1);
        await PassAsync(0.9 * Keep);
        await Log.KeepAsync([Thread, "another"], default);
        await PassAsync(0.9 * Keep);
        AssertSame(entries, (await Log.ReadAsync(Thread, Position.Start, 10, default)).Entries);
        Assert.Same(LogSlice.None, await Log.ReadAsync("another", Position.Start, 10, default));

        await PassAsync(Keep);

        Assert.Same(LogSlice.None, await Log.ReadAsync(Thread, Position.Start, 10, default));
    }

    private async Task<IDisposable> FollowAsync(string threadId, FollowerRecord told)
    {
        var following = Log.Follow(threadId, told.Published, told.Missed);
        await InEffectAsync(told);
        return following;
    }

    private ValueTask<LogAnswer> BeginAsync(long generation, Position position) => Log.BeginAsync(Thread, generation, position, default);

    private ValueTask<LogAnswer> AppendAsync(long generation, Position expected, LogEntry[] entries) =>
        Log.AppendAsync(Thread, new(generation, expected, entries, Position.Start), default);

    /// <summary>A log of <paramref name="count"/> events, begun by generation 1: a window's worth at a time.</summary>
    private async Task<LogEntry[]> FilledAsync(int count, bool checkpointed = false)
    {
        await BeginAsync(1, Position.Start);
        var entries = Chain(Position.Start, count);
        var head = Position.Start;
        foreach (var batch in entries.Chunk(Window))
        {
            var append = new LogCall.Append(1, head, batch, checkpointed ? head : Position.Start);
            Assert.Equal(LogVerdict.Done, (await Log.AppendAsync(Thread, append, default)).Verdict);
            head = batch[^1].Position;
        }
        return entries;
    }

    private static LogEntry[] Chain(Position after, int count, string name = "event")
    {
        var entries = new LogEntry[count];
        for (var i = 0; i < count; i++)
        {
            var utf8 = Encoding.UTF8.GetBytes($"{name} {after.Seq + 1}");
            after = after.Next(utf8);
            entries[i] = new(after, utf8);
        }
        return entries;
    }

    // By content: a log may give the same bytes in another place.
    private static void AssertSame(IEnumerable<LogEntry> expected, IEnumerable<LogEntry> actual) => Assert.Equal(expected.Select(Text), actual.Select(Text));

    private static string Text(LogEntry entry) => $"{entry.Position}{(entry.Rewound ? "r" : "")} {Encoding.UTF8.GetString(entry.Utf8.Span)}";

    private static (bool Found, Position After, int Count) Describe(LogSlice slice) => (slice.Found, slice.After, slice.Entries.Count);
}
