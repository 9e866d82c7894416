using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ProgressTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StringWriter _error = new();

    [Fact(Timeout = 30_000)]
    public async Task Elsewhere_than_at_a_terminal_there_is_a_plain_line_now_and_then()
    {
        var (run, running, end) = Begin(3);
        using (new Progress(run, 3, new(TextReader.Null, TextWriter.Null, _error), _clock))
        {
            _clock.Advance(TimeSpan.FromSeconds(4.9));
            Assert.Equal("", _error.ToString());
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Equal("1 of 3, 1 failed (upgrade: status 503), 5 s\n", _error.ToString());
        }
        end.SetResult(Walked());
        await running;
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("1 of 3, 1 failed (upgrade: status 503), 5 s\n", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task At_a_terminal_one_line_lives_and_is_taken_away()
    {
        var (run, running, end) = Begin(1);
        var terminal = new Terminal(TextReader.Null, TextWriter.Null, _error) { HasStyle = true };
        using (new Progress(run, 1, terminal, _clock)) _clock.Advance(TimeSpan.FromSeconds(0.4));
        end.SetResult(Walked());
        await running;
        Assert.Equal("\e[2mturn, 0 s\e[0m\r\e[K\e[2mturn, 0 s\e[0m\r\e[K", _error.ToString());
    }

    /// <summary>A run of which the first walk has failed, if there are more, and the next has entered its chat turn.</summary>
    private (ProbeRun Run, Task Running, TaskCompletionSource<OutsideProbe> End) Begin(int count)
    {
        var (walks, end) = (0, new TaskCompletionSource<OutsideProbe>());
        var run = new ProbeRun(new() { Count = count }, (enter, _) =>
        {
            enter(ProbeLayer.Turn);
            return ++walks < count - 1 ? Task.FromResult(Walked()) : end.Task;
        }, _clock);
        return (run, run.RunAsync(TestContext.Current.CancellationToken), end);
    }

    private static OutsideProbe Walked() => new()
    {
        Target = "ws://x/ws",
        At = default,
        Layers = [new(ProbeLayer.Upgrade, LayerOutcome.Failed, TimeSpan.Zero) { Signature = "status 503" }],
    };
}
