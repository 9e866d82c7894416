namespace Gatehouse.Cli.Probe;

/// <summary>Tells how far a run is while it lasts: a live line at a terminal, a plain line now and then elsewhere.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan LivePace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PlainPace = TimeSpan.FromSeconds(5);

    private readonly ProbeRun _run;
    private readonly int _count;
    private readonly Terminal _terminal;
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();        // guards _isOver: a last tick must not come after the end
    private bool _isOver;

    public Progress(ProbeRun run, int count, Terminal terminal, TimeProvider clock)
    {
        (_run, _count, _terminal, _clock, _began) = (run, count, terminal, clock, clock.GetTimestamp());
        var pace = terminal.HasStyle ? LivePace : PlainPace;
        _timer = clock.CreateTimer(_ => Tell(), null, pace, pace);
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _isOver = true;
            _terminal.Live("");
        }
    }

    private void Tell()
    {
        var text = Describe();
        lock (_gate)
        {
            if (_isOver) return;
            if (_terminal.HasStyle) _terminal.Live(text);
            else _terminal.Note(text);
        }
    }

    private string Describe()
    {
        var (walks, failed, first) = _run.Tally.Now;
        var seconds = _clock.GetElapsedTime(_began).TotalSeconds;
        var layer = _run.Layer is { } entered ? LayerNames.Of(entered) : "beginning";
        if (_count is 1) return FormattableString.Invariant($"{layer}, {seconds:0} s");
        var fault = first is null ? "" : $" ({LayerNames.Of(first.Layer)}: {first.Signature})";
        return FormattableString.Invariant($"{walks} of {_count}, {failed} failed{fault}, {seconds:0} s");
    }
}
