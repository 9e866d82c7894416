using Gatehouse.Runs;

namespace Gatehouse.Tests.Runs;

public sealed class OwnerInboxTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OwnerInbox _inbox = new();
    private readonly List<string> _handled = [];

    [Fact]
    public void What_is_told_before_it_runs_is_handled_first_and_in_order()
    {
        Tell("a");
        Tell("b");
        Assert.Empty(_handled);

        var running = _inbox.RunAsync(Note);
        Tell("c");
        Assert.Equal(["a", "b", "c"], _handled);
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public void What_a_handling_tells_is_handled_after_it_and_not_within_it()
    {
        _ = _inbox.RunAsync(input =>
        {
            if (Name(input) == "outer") Tell("inner");
            return Note(input);
        });
        Tell("outer");

        Assert.Equal(["outer", "inner"], _handled);
    }

    [Fact]
    public async Task What_is_put_is_handled_on_another_thread_and_whoever_puts_it_may_hold_a_lock()
    {
        var gate = new Lock();
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _inbox.RunAsync(_ =>
        {
            lock (gate) handled.SetResult();
            return true;
        });
        lock (gate)
        {
            _inbox.Put(new OwnerInput.Cancel("x"));
            Assert.False(handled.Task.IsCompleted);
        }
        await handled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task After_the_last_nothing_is_handled()
    {
        var running = _inbox.RunAsync(input => Note(input) && Name(input) != "last");
        Tell("last");
        Tell("late");

        await running.WaitAsync(Patience);
        Assert.Equal(["last"], _handled);
    }

    [Fact]
    public async Task Closed_before_it_runs_it_handles_what_it_was_told_and_is_done()
    {
        Tell("a");
        _inbox.Close();
        Tell("late");

        await _inbox.RunAsync(Note).WaitAsync(Patience);
        Assert.Equal(["a"], _handled);
    }

    [Fact]
    public async Task Closed_in_the_middle_of_a_handling_it_is_done_after_the_rest()
    {
        var running = _inbox.RunAsync(input =>
        {
            if (Name(input) == "a")
            {
                Tell("b");
                _inbox.Close();
            }
            return Note(input);
        });
        Tell("a");

        await running.WaitAsync(Patience);
        Assert.Equal(["a", "b"], _handled);
    }

    [Fact]
    public async Task Closed_at_rest_it_is_done_at_once()
    {
        var running = _inbox.RunAsync(Note);
        _inbox.Close();
        await running.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_handling_that_fails_is_told_to_whoever_runs_it_and_not_to_whoever_told_the_input()
    {
        var running = _inbox.RunAsync(_ => throw new InvalidDataException("no"));
        Tell("a");
        Tell("b");

        await Assert.ThrowsAsync<InvalidDataException>(() => running.WaitAsync(Patience));
    }

    [Fact]
    public void Whoever_tells_something_has_no_part_in_what_is_done_about_it()
    {
        var whose = new AsyncLocal<string> { Value = "owner" };
        var seen = "";
        _ = _inbox.RunAsync(_ =>
        {
            seen = whose.Value!;
            return true;
        });
        whose.Value = "model";
        Tell("a");

        Assert.Equal(("owner", "model"), (seen, whose.Value));
    }

    [Fact]
    public async Task Told_by_many_at_once_it_handles_everything_once_in_the_order_of_each_and_one_at_a_time()
    {
        const int tellers = 4, each = 5000;
        var seen = new int[tellers];
        var (within, disorder) = (0, 0);
        var all = 0;
        var running = _inbox.RunAsync(input =>
        {
            if (Interlocked.Increment(ref within) != 1) disorder++;
            var (teller, number) = ((OwnerInput.Queued)input) is var told ? (int.Parse(told.RunId, null), int.Parse(told.Text, null)) : default;
            if (seen[teller]++ != number) disorder++;
            Interlocked.Decrement(ref within);
            return ++all < tellers * each;
        });
        await Task.WhenAll(Enumerable.Range(0, tellers).Select(teller => Task.Run(() =>
        {
            for (var number = 0; number < each; number++)
            {
                var input = new OwnerInput.Queued($"{teller}", "", $"{number}");
                if (teller % 2 == 0) _inbox.Put(input);
                else _inbox.PutHere(input);
            }
        })));

        await running.WaitAsync(Patience);
        Assert.Equal((0, tellers * each), (disorder, all));
    }

    private static string Name(OwnerInput input) => ((OwnerInput.Cancel)input).RunId;

    private void Tell(string name) => _inbox.PutHere(new OwnerInput.Cancel(name));

    private bool Note(OwnerInput input)
    {
        _handled.Add(Name(input));
        return true;
    }
}
