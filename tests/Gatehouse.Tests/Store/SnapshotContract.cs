using System.Globalization;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public abstract class SnapshotContract : StoreContract
{
    [Fact]
    public async Task There_is_no_snapshot_of_no_thread() => Assert.Null(await Store.SnapshotAsync(Thread, default));

    [Fact]
    public async Task A_message_is_queued_until_its_run_starts()
    {
        await AcceptedAsync("1", "one");
        await AcceptedAsync("2", "two");
        var waiting = await SnapshotAsync();
        Assert.Empty(waiting.Messages);
        Assert.Null(waiting.Run);
        Assert.Equal([new QueuedRun("run-1", "1", "one"), new("run-2", "2", "two")], waiting.Queued);

        await DoneAsync("run-1", Started());

        var running = await SnapshotAsync();
        Assert.Equal([new StoredMessage("1", "user", "one")], running.Messages);
        Assert.Equal(new("run-1", "agent"), running.Run);
        Assert.Equal([new QueuedRun("run-2", "2", "two")], running.Queued);
    }

    [Fact]
    public async Task A_run_is_active_until_it_is_closed()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Closing());
        Assert.NotNull((await SnapshotAsync()).Run);

        await DoneAsync("run-1", new RunChange.Closed());

        Assert.Null((await SnapshotAsync()).Run);
    }

    [Fact]
    public async Task An_interrupt_is_open_until_it_is_answered_and_a_waiting_answer_is_not_a_queued_message()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Closing(Ask("ask-1", "c0"), Ask("ask-0", "c1")));
        var snapshot = await SnapshotAsync();
        Assert.Equal(Text.Of(new[] { Ask("ask-1", "c0"), Ask("ask-0", "c1") }), Text.Of(snapshot.Interrupts));

        await AnsweredAsync("ask-1", "run-2");

        snapshot = await SnapshotAsync();
        Assert.Equal(["ask-0"], snapshot.Interrupts.Select(interrupt => interrupt.Id));
        Assert.Empty(snapshot.Queued);
    }

    [Fact]
    public async Task The_context_of_a_run_is_what_started_up_to_it()
    {
        await AcceptedAsync("1", "one");
        await AcceptedAsync("2", "two");
        await AcceptedAsync("3", "three");
        await DoneAsync("run-1", Started(), new RunChange.Said(0, [new("r", "reasoning", "why"), Assistant("a", "answer")], false, default),
            Closing(), new RunChange.Closed());
        await DoneAsync("run-2", Started());

        Assert.Equal(["one", "why", "answer"], await ContextAsync("run-1"));
        Assert.Equal(["one", "why", "answer", "two"], await ContextAsync("run-2"));
        Assert.Empty(await ContextAsync("no-run"));
    }

    [Fact]
    public async Task Snapshots_read_while_others_write_are_of_one_state()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started());
        const int last = 200;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i <= last; i++)
                await Store.WriteAsync(new(Thread, 1, "run-1", new(1000 + i, 0), Said(i, Assistant($"m{i}", $"{i}"))), default);
        });
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            ThreadSnapshot snapshot;
            do
            {
                snapshot = await SnapshotAsync();
                var newest = snapshot.Messages.Count > 1 ? long.Parse(snapshot.Messages[^1].Content!, CultureInfo.InvariantCulture) : -1;
                if (newest >= 0) Assert.Equal(1000 + newest, snapshot.Position.Seq);
                Assert.Equal(newest + 2, snapshot.Messages.Count);
            }
            while (snapshot.Position.Seq < 1000 + last);
        }));

        await Task.WhenAll([writing, .. reading]);
    }

    [Fact]
    public async Task A_thread_is_listed_as_running_until_the_end_of_its_run_is_decided()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started());
        Assert.True(Assert.Single((await Store.ThreadsAsync(null, 2, default)).Threads).Running);

        await DoneAsync("run-1", Closing());

        Assert.Null(Assert.Single((await Store.ThreadsAsync(null, 2, default)).Threads).Running);
    }

    [Fact]
    public async Task Threads_are_listed_newest_first_page_by_page()
    {
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
        {
            if (id != "c") Clock.Advance(TimeSpan.FromSeconds(1));      // b and c are of the same time
            await AcceptedAsync("1", $"title {id}", thread: id, run: $"run-{id}");
        }
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Store.WriteAsync(new("a", 1, "run-a", NextPosition(), new RunChange.Closed()), default);

        var first = await Store.ThreadsAsync(null, 2, default);
        Assert.Equal(new("a", "title a", Now.ToUnixTimeMilliseconds()), first.Threads[0]);
        Assert.Equal(("e", true), (first.Threads[1].ThreadId, first.Threads[1].Running));
        var second = await Store.ThreadsAsync(first.Next, 2, default);
        var third = await Store.ThreadsAsync(second.Next, 2, default);

        Assert.Equal(["d", "c", "b"], second.Threads.Concat(third.Threads).Select(thread => thread.ThreadId));
        Assert.Null(third.Next);
        Assert.Empty((await Store.ThreadsAsync("nonsense", 2, default)).Threads);
    }

    [Fact]
    public async Task Self_tests_are_not_listed()
    {
        await AcceptedAsync("1", selfTest: true);

        Assert.Empty((await Store.ThreadsAsync(null, 10, default)).Threads);
        Assert.NotNull(await Store.SnapshotAsync(Thread, default));
    }

    [Fact]
    public async Task A_title_is_the_beginning_of_the_first_message_in_whole_characters()
    {
        await AcceptedAsync("1", new string('x', 79) + "\U0001F600 and more");
        await AcceptedAsync("2", "later");

        Assert.Equal(new string('x', 79), Assert.Single((await Store.ThreadsAsync(null, 10, default)).Threads).Title);
    }

    [Fact]
    public async Task A_removed_thread_is_gone_with_all_that_was_its_own()
    {
        await InterruptedAsync("c0");
        await AnsweredAsync("ask", "run-2");
        await AcceptedAsync("1", thread: "other", run: "run-other");

        await Store.RemoveAsync(Thread, default);
        await Store.RemoveAsync(Thread, default);

        Assert.Null(await Store.SnapshotAsync(Thread, default));
        Assert.Empty(await Store.ContextAsync("run-1", default));
        Assert.IsType<AcceptResult.UnknownInterrupt>(await SendAnswerAsync("ask", "run-3"));
        Assert.Null(await Store.CancelAsync("run-1", default));
        Assert.Equal(CheckpointVerdict.Stale, await WriteAsync("run-2", Started()));
        Assert.NotNull(await Store.SnapshotAsync("other", default));
        Assert.False((await AcceptedAsync("1")).Again);
    }

    [Fact]
    public async Task Old_self_tests_are_removed_and_neither_young_ones_nor_what_has_only_their_name()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        await AcceptAsync("proof.old", now.AddHours(-1), selfTest: true);
        await AcceptAsync("proof.young", now, selfTest: true);
        await AcceptAsync("proof.named", now.AddHours(-1), selfTest: false);
        await AcceptAsync("proof/", now.AddHours(-1), selfTest: true);
        await AcceptAsync("other", now.AddHours(-1), selfTest: false);

        await Store.RemoveSelfTestsAsync("proof.", now.AddMinutes(-10), default);

        Assert.Null(await Store.SnapshotAsync("proof.old", default));
        foreach (var kept in (string[])["proof.young", "proof.named", "proof/", "other"]) Assert.NotNull(await Store.SnapshotAsync(kept, default));

        Task AcceptAsync(string thread, DateTimeOffset at, bool selfTest) =>
            Store.AcceptAsync(new(thread, "message", "text", "agent", $"run of {thread}", at, selfTest), "owner", default);
    }

    private async Task<string[]> ContextAsync(string run) =>
        [.. (await Store.ContextAsync(run, default)).Select(message => message.Content!)];
}
