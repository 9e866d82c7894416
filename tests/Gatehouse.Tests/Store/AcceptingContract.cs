using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public abstract class AcceptingContract : StoreContract
{
    [Fact]
    public async Task The_first_message_makes_the_thread_and_claims_it()
    {
        var done = await AcceptedAsync("1", "hello");

        Assert.Equal((Thread, "run-1", Position.Start, 0, false), (done.ThreadId, done.RunId, done.Cursor, done.Queued, done.Again));
        var claim = Assert.IsType<Claim>(done.Claim);
        Assert.Equal((1, Position.Start, true), (claim.Generation, claim.Position, claim.Orderly));
        Assert.Equal(("run-1", RunState.Queued, "agent"), (claim.Run!.RunId, claim.Run.State, claim.Run.Agent));
        Assert.Equal(new StoredMessage("1", "user", "hello"), claim.Run.Prompt);
    }

    [Fact]
    public async Task A_message_to_an_owned_thread_waits_and_claims_nothing()
    {
        await AcceptedAsync("1");
        var second = await AcceptedAsync("2", owner: "another");

        Assert.Null(second.Claim);
        Assert.Equal(1, second.Queued);
    }

    [Fact]
    public async Task The_same_message_again_has_the_same_run_and_cursor_and_claims_nothing()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started());
        var first = await AcceptedAsync("2");
        await DoneAsync("run-1", Said(0, Assistant("a", "b")));

        var again = await AcceptedAsync("2", run: "another");

        Assert.Equal(first with { Again = true }, again);
        Assert.NotEqual(Position.Start, again.Cursor);
    }

    [Fact]
    public async Task A_message_that_is_answered_already_has_nothing_before_it_when_it_comes_again()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");
        await Store.ProceedAsync(Thread, 1, default);

        var again = await AcceptedAsync("1");

        Assert.True(again.Again);
        Assert.Equal(0, again.Queued);
        Assert.Null(again.Claim);
    }

    [Fact]
    public async Task Another_text_under_the_same_message_id_is_a_conflict()
    {
        await AcceptedAsync("1", "hello");

        Assert.IsType<AcceptResult.Conflict>(await SendAsync("1", "Hello"));
        Assert.Single((await SnapshotAsync()).Queued);
    }

    [Fact]
    public async Task The_same_message_id_in_another_thread_is_another_message()
    {
        await AcceptedAsync("1", "hello");
        var other = await AcceptedAsync("1", "good bye", thread: "other", run: "run-other");

        Assert.Equal(("other", "run-other", false), (other.ThreadId, other.RunId, other.Again));
    }

    [Fact]
    public async Task The_queue_is_full_when_as_many_wait_as_may_and_the_active_run_does_not_count()
    {
        await AcceptedAsync("first");
        await DoneAsync("run-first", Started());
        for (var i = 0; i < Limits.QueuedRuns; i++) Assert.Equal(i + 1, (await AcceptedAsync($"{i}")).Queued);

        Assert.IsType<AcceptResult.QueueFull>(await SendAsync("one-more"));
        Assert.True((await AcceptedAsync("3")).Again);
        Assert.Equal(Limits.QueuedRuns, (await SnapshotAsync()).Queued.Count);
    }

    [Fact]
    public async Task A_released_thread_is_claimed_by_the_next_message()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");
        await Store.ProceedAsync(Thread, 1, default);

        var done = await AcceptedAsync("2", owner: "another");

        Assert.Equal((2, true, "run-2"), (done.Claim!.Generation, done.Claim.Orderly, done.Claim.Run!.RunId));
        Assert.Equal(done.Cursor, done.Claim.Position);
        Assert.Equal(await SnapshotPositionAsync(), done.Cursor);
    }

    [Fact]
    public async Task Sixteen_at_once_are_accepted_in_one_order_with_one_claim()
    {
        var done = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => AcceptedAsync($"{i}"))));

        Assert.Single(done, each => each.Claim is not null);
        Assert.Equal(Enumerable.Range(0, 16), done.Select(each => each.Queued).Order());
        var queued = (await SnapshotAsync()).Queued;
        Assert.Equal(done.OrderBy(each => each.Queued).Select(each => each.RunId), queued.Select(each => each.RunId));
    }

    [Fact]
    public async Task The_same_message_sixteen_times_at_once_makes_one_run()
    {
        var done = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => AcceptedAsync("1", run: $"run-{i}"))));

        Assert.Single(done, each => !each.Again);
        Assert.Single(done.Select(each => each.RunId).Distinct());
        Assert.Single((await SnapshotAsync()).Queued);
    }

    [Fact]
    public async Task Every_text_comes_back_as_it_was()
    {
        const string text = "a\0b\n\t\"'é\U0001F600\u2028 %s ?1 \uFEFF";
        var done = await AcceptedAsync("1", text);
        await DoneAsync("run-1", Started(), Said(0, new("a", "assistant", text, [new("c", new("tool", text))])), Result("c", text, text));

        Assert.Equal(text, done.Claim!.Run!.Prompt!.Content);
        Assert.True((await AcceptedAsync("1", text)).Again);
        var messages = (await SnapshotAsync()).Messages;
        Assert.Equal([text, text, text], messages.Select(message => message.Content));
        Assert.Equal(text, messages[1].ToolCalls![0].Function.Arguments);
        Assert.Equal(text, messages[2].Error);
    }

    [Fact]
    public async Task An_unknown_interrupt_is_said_to_be_unknown() =>
        Assert.IsType<AcceptResult.UnknownInterrupt>(await SendAnswerAsync("ask", "run-2"));

    [Fact]
    public async Task An_answer_adds_a_run_of_the_same_agent_without_a_message_and_claims_a_released_thread()
    {
        await InterruptedAsync("c0");
        await Store.ProceedAsync(Thread, 1, default);

        var done = await AnsweredAsync("ask", "run-2", approved: false, denial: "no");

        Assert.Equal((Thread, "run-2", 0, false), (done.ThreadId, done.RunId, done.Queued, done.Again));
        var run = done.Claim!.Run!;
        Assert.Equal(("run-2", "agent", null), (run.RunId, run.Agent, run.Prompt));
        Assert.Equal([new PendingCall("c0", "tool-c0", "{\"é\":1}", Begun: false, Approved: false, Denial: "no")], run.PendingCalls);
        Assert.Empty((await SnapshotAsync()).Interrupts);
    }

    [Fact]
    public async Task The_same_answer_again_has_the_same_run_and_another_one_is_a_conflict()
    {
        await InterruptedAsync("c0");
        var first = await AnsweredAsync("ask", "run-2");

        var again = Assert.IsType<AcceptResult.Done>(await SendAnswerAsync("ask", "run-3"));

        Assert.Equal(first with { Again = true, Claim = null }, again);
        Assert.IsType<AcceptResult.Conflict>(await SendAnswerAsync("ask", "run-3", payload: "[]"));
    }

    [Fact]
    public async Task An_answer_to_a_full_queue_is_refused_and_leaves_the_interrupt_open()
    {
        await InterruptedAsync("c0");
        for (var i = 0; i < Limits.QueuedRuns; i++) await AcceptedAsync($"wait-{i}");

        Assert.IsType<AcceptResult.QueueFull>(await SendAnswerAsync("ask", "run-2"));
        Assert.Single((await SnapshotAsync()).Interrupts);
    }

    [Fact]
    public async Task A_cancellation_is_seen_by_the_owner_and_names_the_thread()
    {
        await AcceptedAsync("1");

        Assert.Equal(Thread, await Store.CancelAsync("run-1", default));
        Assert.Equal(Thread, await Store.CancelAsync("run-1", default));
        Assert.True((await OpenRunAsync()).CancelRequested);
        Assert.Null(await Store.CancelAsync("run-2", default));
    }

    [Fact]
    public async Task A_cancellation_of_a_closed_run_names_the_thread_and_does_nothing()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");

        Assert.Equal(Thread, await Store.CancelAsync("run-1", default));
    }

    private async Task<Position> SnapshotPositionAsync() => (await SnapshotAsync()).Position;
}
