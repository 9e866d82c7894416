using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public abstract class CheckpointContract : StoreContract
{
    [Fact]
    public async Task A_checkpoint_moves_the_position()
    {
        await AcceptedAsync("1");
        for (var i = 0; i < 4; i++)
        {
            var position = NextPosition();
            await Store.WriteAsync(new(Thread, 1, "run-1", position, Started()), default);
            Assert.Equal(position, (await SnapshotAsync()).Position);
        }
    }

    [Fact]
    public async Task Nothing_of_a_stale_owner_is_written()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "half"), open: true));
        await LapseAsync();
        await Store.ClaimAsync(Thread, "another", default);
        var before = Text.Of(await SnapshotAsync());
        RunChange[] changes =
        [
            Started(), new RunChange.Rewound(), Said(0, Assistant("run-1.0", "whole")), Said(0, Assistant("run-1.0", "more"), open: true),
            new RunChange.ToolBegun("c"), Result("c"), Closing(Ask("ask", "c")), new RunChange.Closed(),
        ];

        foreach (var change in changes)
        {
            Assert.Equal(CheckpointVerdict.Stale, await WriteAsync("run-1", change, generation: 1));
            Assert.Equal(CheckpointVerdict.Stale, await WriteAsync("run-1", change, generation: 3));
            Assert.Equal(before, Text.Of(await SnapshotAsync()));
        }
        Assert.Equal(CheckpointVerdict.Stale, await WriteAsync("run-1", Started(), thread: "no-thread"));
    }

    [Fact]
    public async Task Every_change_written_twice_is_written_once()
    {
        await AcceptedAsync("1");
        RunChange[] changes =
        [
            Started(), Said(0, Assistant("run-1.0", "ha"), open: true), new RunChange.Rewound(), Said(0, Assistant("run-1.0", "half"), open: true),
            new RunChange.Said(0, [Assistant("run-1.0", "half and half", "c0", "c1")], false, new(5, 6)), new RunChange.ToolBegun("c0"),
            Result("c0"), Closing(Ask("ask", "c1")), new RunChange.Closed(),
        ];

        foreach (var change in changes)
        {
            var checkpoint = new Checkpoint(Thread, 1, "run-1", NextPosition(), change);
            Assert.Equal(CheckpointVerdict.Done, await Store.WriteAsync(checkpoint, default));
            var once = (Text.Of(await SnapshotAsync()), Text.Of(await Store.ProceedAsync(Thread, 1, default)));
            Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(CheckpointVerdict.Done, await Store.WriteAsync(checkpoint, default));
            Assert.Equal(once, (Text.Of(await SnapshotAsync()), Text.Of(await Store.ProceedAsync(Thread, 1, default))));
        }
    }

    [Fact]
    public async Task A_checkpoint_that_arrives_again_late_changes_nothing()
    {
        await AcceptedAsync("1");
        var late = new Checkpoint(Thread, 1, "run-1", NextPosition(), Said(0, Assistant("run-1.0", "half"), open: true));
        await Store.WriteAsync(late, default);
        await DoneAsync("run-1", Started(), new RunChange.Rewound());
        var before = Text.Of(await SnapshotAsync());

        Assert.Equal(CheckpointVerdict.Done, await Store.WriteAsync(late, default));

        Assert.Equal(before, Text.Of(await SnapshotAsync()));
        Assert.False((await OpenRunAsync()).HasDraft);
    }

    [Fact]
    public async Task A_partial_message_is_replaced_by_a_longer_one_and_by_the_whole()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "a"), open: true));
        await DoneAsync("run-1", new RunChange.Said(0, [new("r0", "reasoning", "why"), Assistant("run-1.0", "ab")], true, default));
        Assert.Equal(["hello", "why", "ab"], await MessagesAsync());
        Assert.Equal((0, true), ((await OpenRunAsync()).Steps, (await OpenRunAsync()).HasDraft));

        await DoneAsync("run-1", new RunChange.Said(0, [new("r0", "reasoning", "why!"), Assistant("run-1.0", "abc")], false, default));

        Assert.Equal(["hello", "why!", "abc"], await MessagesAsync());
        Assert.Equal((1, false), ((await OpenRunAsync()).Steps, (await OpenRunAsync()).HasDraft));
    }

    [Fact]
    public async Task A_rewind_removes_what_is_half_written_and_nothing_else()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "whole", "c0")), Result("c0"),
            Said(1, Assistant("run-1.1", "half"), open: true), new RunChange.Rewound());

        Assert.Equal(["hello", "whole", "result"], await MessagesAsync());
        Assert.False((await OpenRunAsync()).HasDraft);
    }

    [Fact]
    public async Task Closing_keeps_what_a_broken_off_step_had_said()
    {
        await AcceptedAsync("1", "hello");
        await DoneAsync("run-1", Started(), new RunChange.Said(0, [Assistant("run-1.0", "half")], Open: true, default, BrokenOff: true), Closing());

        Assert.Equal(["hello", "half"], await MessagesAsync());
        Assert.False((await OpenRunAsync()).HasDraft);
    }

    [Fact]
    public async Task A_rewind_without_a_run_is_written_too()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");
        var position = NextPosition();

        Assert.Equal(CheckpointVerdict.Done, await Store.WriteAsync(new(Thread, 1, "", position, new RunChange.Rewound()), default));
        Assert.Equal(position, (await SnapshotAsync()).Position);
    }

    [Fact]
    public async Task Messages_stand_in_the_order_of_their_steps_with_results_behind_their_calls()
    {
        await AcceptedAsync("1", "one");
        await AcceptedAsync("2", "two");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "a", "c0", "c1")), Result("c0", "r0"), Result("c1", "r1", "failed"),
            Said(1, Assistant("run-1.1", "b")), Closing(), new RunChange.Closed());
        await DoneAsync("run-2", Started(), Said(0, Assistant("run-2.0", "c")));

        Assert.Equal(["one", "a", "r0", "r1", "b", "two", "c"], await MessagesAsync());
        Assert.Equal("failed", (await SnapshotAsync()).Messages[3].Error);
    }

    [Fact]
    public async Task A_result_belongs_to_the_run_that_answers()
    {
        await InterruptedAsync("c0");
        await AcceptedAsync("2", "meanwhile");
        await AnsweredAsync("ask", "run-3");
        await RunToEndAsync("run-2");
        await DoneAsync("run-3", Started(), Result("c0", "late"), Said(0, Assistant("run-3.0", "so")));

        Assert.Equal(["hello", "shall I?", "meanwhile", "answer", "late", "so"], await MessagesAsync());
    }

    [Fact]
    public async Task Usage_is_set_when_a_step_ends_and_not_added()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), new RunChange.Said(0, [], false, new(1, 2)), new RunChange.Said(1, [], true, new(9, 9)));
        Assert.Equal(new(1, 2), (await OpenRunAsync()).Usage);

        await DoneAsync("run-1", new RunChange.Said(1, [], false, new(4, 5)));

        Assert.Equal((new RunUsage(4, 5), 2), ((await OpenRunAsync()).Usage, (await OpenRunAsync()).Steps));
    }

    [Fact]
    public async Task What_is_said_of_a_step_that_has_ended_changes_nothing()
    {
        await AcceptedAsync("1");
        await DoneAsync("run-1", Started(), Said(0, Assistant("run-1.0", "said")));
        await DoneAsync("run-1", Said(0, Assistant("run-1.0", "late"), open: true));

        Assert.Equal(["hello", "said"], await MessagesAsync());
        Assert.False((await OpenRunAsync()).HasDraft);
    }

    [Fact]
    public async Task A_closed_run_does_not_change()
    {
        await AcceptedAsync("1");
        await RunToEndAsync("run-1");
        await DoneAsync("run-1", Started(), Said(1, Assistant("run-1.1", "late")), Closing(Ask("ask", "c")));

        Assert.Equal(["hello", "answer"], await MessagesAsync());
        Assert.Empty((await SnapshotAsync()).Interrupts);
    }

    [Fact]
    public async Task A_run_of_another_thread_is_not_touched()
    {
        await AcceptedAsync("1");
        await AcceptedAsync("2", thread: "other", run: "run-other");
        await DoneAsync("run-other", Started());

        Assert.Null((await SnapshotAsync("other")).Run);
    }
}
