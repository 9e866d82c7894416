using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public abstract class ClaimingContract : StoreContract
{
    [Fact]
    public async Task A_claim_of_no_thread_is_null() => Assert.Null(await Store.ClaimAsync(Thread, Owner, default));

    [Fact]
    public async Task A_claim_takes_the_thread_with_a_higher_generation_and_is_not_orderly_if_it_had_an_owner()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started());
        await LapseAsync();

        var claim = (await Store.ClaimAsync(Thread, "another", default))!;

        Assert.Equal((2, false), (claim.Generation, claim.Orderly));
        Assert.Equal((await SnapshotAsync()).Position, claim.Position);
        Assert.Equal(("run-1", RunState.Running, Now), (claim.Run!.RunId, claim.Run.State, claim.Run.StartedAt));
        Assert.Equal(3, (await Store.ClaimAsync(Thread, "another", default))!.Generation);
    }

    [Fact]
    public async Task A_claim_of_a_released_thread_is_orderly_and_has_no_run()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");
        await Store.ProceedAsync(Thread, 1, default);

        var claim = (await Store.ClaimAsync(Thread, Owner, default))!;

        Assert.Equal((2, true, null), (claim.Generation, claim.Orderly, claim.Run));
    }

    [Fact]
    public async Task The_first_run_that_is_not_closed_goes_on_and_the_thread_is_released_after_the_last()
    {
        await AcceptedAsync("1");
        await AcceptedAsync("2");
        Assert.Equal("run-1", (await OpenRunAsync()).RunId);
        await RunToEndAsync("run-1");
        Assert.Equal("run-2", (await OpenRunAsync()).RunId);
        await RunToEndAsync("run-2");

        Assert.Equal(new(false, null), await Store.ProceedAsync(Thread, 1, default));
        Assert.Equal(new(false, null), await Store.ProceedAsync(Thread, 1, default));
        Assert.NotNull((await AcceptedAsync("3", owner: "another")).Claim);
    }

    [Fact]
    public async Task Who_is_no_longer_the_owner_proceeds_no_more()
    {
        await AcceptedAsync("1");
        await LapseAsync();
        await Store.ClaimAsync(Thread, "another", default);

        Assert.Equal(new(true, null), await Store.ProceedAsync(Thread, 1, default));
        Assert.Equal(new(true, null), await Store.ProceedAsync("no-thread", 1, default));
    }

    [Fact]
    public async Task An_owner_finds_how_far_the_run_has_come()
    {
        await AcceptedAsync("1");
        var usage = new RunUsage(12, 34);
        await DoneAsync("run-1", Started(), new RunChange.Said(0, [Assistant("run-1.0", "a", "c0", "c1", "c2")], false, usage),
            new RunChange.ToolBegun("c0"), Result("c0"), new RunChange.ToolBegun("c1"));

        var run = await OpenRunAsync();

        Assert.Equal((RunState.Running, 1, usage, false), (run.State, run.Steps, run.Usage, run.HasDraft));
        Assert.Equal([("c1", true), ("c2", false)], run.PendingCalls.Select(call => (call.CallId, call.Begun)));
        Assert.All(run.PendingCalls, call => Assert.Null(call.Approved));
    }

    [Fact]
    public async Task An_owner_finds_that_a_message_was_half_written_and_none_of_its_calls()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "a", "c0")), Result("c0"),
            Said(1, Assistant("run-1.1", "b", "c9"), open: true));

        var run = await OpenRunAsync();

        Assert.True(run.HasDraft);
        Assert.Empty(run.PendingCalls);
    }

    [Fact]
    public async Task An_owner_finds_the_end_that_was_decided()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), new RunChange.Closing(RunEnd.Failed, [7, 8], []));

        var run = await OpenRunAsync();

        Assert.Equal((RunState.Closing, RunEnd.Failed), (run.State, run.End));
        Assert.Equal([7, 8], run.Terminal);
    }

    [Fact]
    public async Task A_run_that_answers_goes_on_with_the_calls_of_the_one_that_asked()
    {
        await InterruptedAsync("c0", "c1");
        await AnsweredAsync("ask", "run-2", approved: true);
        Assert.Equal(
            [("c0", false, true), ("c1", false, null)],
            (await OpenRunAsync()).PendingCalls.Select(call => (call.CallId, call.Begun, call.Approved)));

        await DoneAsync("run-2", Started(), new RunChange.ToolBegun("c0"));
        Assert.True((await OpenRunAsync()).PendingCalls[0].Begun);
        await DoneAsync("run-2", Result("c0"));

        Assert.Equal(["c1"], (await OpenRunAsync()).PendingCalls.Select(call => call.CallId));
    }

    [Fact]
    public async Task A_second_question_of_the_same_step_is_answered_by_a_third_run()
    {
        await InterruptedAsync("c0", "c1", "c2");
        await AnsweredAsync("ask", "run-2");
        await DoneAsync("run-2", Started(), Result("c0"), Closing(Ask("ask-2", "c1")), new RunChange.Closed());
        await AnsweredAsync("ask-2", "run-3", approved: false, denial: "no");

        var calls = (await OpenRunAsync()).PendingCalls;

        Assert.Equal([("c1", false, "no"), ("c2", null, null)], calls.Select(call => (call.CallId, call.Approved, call.Denial)));
    }

    [Fact]
    public async Task A_run_that_answers_has_its_own_calls_after_its_own_step()
    {
        await InterruptedAsync("c0");
        await AnsweredAsync("ask", "run-2");
        await DoneAsync("run-2", Started(), Result("c0"), Said(0, Assistant("run-2.0", "next", "d0")));

        var call = Assert.Single((await OpenRunAsync()).PendingCalls);

        Assert.Equal(("d0", null), (call.CallId, call.Approved));
    }

    [Fact]
    public async Task Threads_with_open_runs_and_without_an_owner_are_taken_over()
    {
        await AcceptedAsync("1");
        await AcceptedAsync("2", thread: "hers", owner: "another", run: "run-hers");
        await AcceptedAsync("3", thread: "done", owner: "another", run: "run-done");
        await Store.WriteAsync(new("done", 1, "run-done", NextPosition(), new RunChange.Closed()), default);

        Assert.Equal(CheckpointVerdict.Done, await Store.ReleaseAsync("hers", 1, default));
        Assert.Equal(CheckpointVerdict.Done, await Store.ReleaseAsync("done", 1, default));

        var claim = Assert.Single(await Store.TakeOverAsync(Owner, 10, default));

        Assert.Equal(("hers", 2, true, "run-hers"), (claim.ThreadId, claim.Generation, claim.Orderly, claim.Run?.RunId));
        Assert.Empty(await Store.TakeOverAsync(Owner, 10, default));
    }

    [Fact]
    public async Task No_more_threads_are_taken_over_than_asked_for_and_the_oldest_first()
    {
        foreach (var number in Enumerable.Range(0, 5))
        {
            await AcceptedAsync($"{number}", thread: $"t{number}", owner: "another");
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Store.ReleaseAsync($"t{number}", 1, default);
        }

        Assert.Equal(["t0", "t1"], (await Store.TakeOverAsync(Owner, 2, default)).Select(claim => claim.ThreadId));
        Assert.Equal(["t2", "t3", "t4"], (await Store.TakeOverAsync(Owner, 9, default)).Select(claim => claim.ThreadId));
    }

    [Fact]
    public async Task No_two_that_take_over_at_once_have_a_thread_in_the_same_generation()
    {
        foreach (var number in Enumerable.Range(0, 40))
        {
            await AcceptedAsync($"{number}", thread: $"t{number}", owner: "another");
            await Store.ReleaseAsync($"t{number}", 1, default);
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var taken = new List<Claim>();
            while (await Store.TakeOverAsync($"owner-{i}", 3, default) is { Count: > 0 } more && taken.Count < 12) taken.AddRange(more);
            return taken;
        })));

        var all = claims.SelectMany(taken => taken).ToList();
        Assert.NotEmpty(all);
        Assert.Equal(all.Count, all.DistinctBy(claim => (claim.ThreadId, claim.Generation)).Count());
    }

    [Fact]
    public async Task A_thread_that_was_given_up_is_claimed_in_order_by_the_next_message()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started());
        Assert.Equal(CheckpointVerdict.Stale, await Store.ReleaseAsync(Thread, 7, default));
        Assert.Equal(CheckpointVerdict.Done, await Store.ReleaseAsync(Thread, 1, default));

        var claim = (await AcceptedAsync("2", owner: "another")).Claim!;

        Assert.Equal((2, true, "run-1"), (claim.Generation, claim.Orderly, claim.Run?.RunId));
    }

    [Fact]
    public async Task A_renewal_names_the_owners_threads_and_what_is_to_be_cancelled_in_them()
    {
        await AcceptedAsync("1", thread: "a");
        await AcceptedAsync("2", thread: "b", run: "run-b");
        await AcceptedAsync("3", thread: "hers", owner: "another");
        await Store.CancelAsync("run-b", default);

        var renewal = await Store.RenewAsync(Owner, default);

        Assert.Equal(
            [("a", 1, ""), ("b", 1, "run-b")],
            renewal.Threads.OrderBy(thread => thread.ThreadId).Select(thread => (thread.ThreadId, (int)thread.Generation, string.Join(",", thread.Cancelled))));
    }

    [Fact]
    public async Task Sixteen_claims_of_one_owner_at_once_have_sixteen_generations()
    {
        await AcceptedAsync("1");

        var claims = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.ClaimAsync(Thread, Owner, default))));

        Assert.Equal(Enumerable.Range(2, 16).Select(i => (long)i), claims.Select(claim => claim!.Generation).Order());
    }
}
