using Gatehouse.LocalRun;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.Cli.Local;

/// <summary>
/// What is seen of a local cloud. At a terminal the lines of the log go up, and below them stands the state, drawn anew when something has
/// happened; anywhere else there are only the lines.
/// </summary>
internal sealed class LiveView(Terminal terminal, bool isLive)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private readonly Board _board = new();
    private readonly Lock _gate = new();        // one writer at a time; guards the two below
    private IReadOnlyList<string> _shown = [];
    private bool _isStale;

    /// <summary>Takes the cloud's events.</summary>
    public void Add(CloudEvent one)
    {
        _board.Add(one);
        lock (_gate)
        {
            _isStale = true;
            if (EventText.Of(one) is not { } line) return;
            Say(line);
        }
    }

    /// <summary>A line that is not the cloud's.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            // Without the state in between, as far as it is drawn: it comes again with the next stroke.
            terminal.Write($"{Erase()}{line}\n");
            _shown = [];
        }
    }

    /// <summary>Keeps the state up to date until it is cancelled.</summary>
    public async Task RunAsync(LocalCloud cloud, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!isLive) return;
        using var timer = new PeriodicTimer(Pace, clock);
        try
        {
            do Draw(cloud); while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            lock (_gate) terminal.Write(Erase());
        }
    }

    private void Draw(LocalCloud cloud)
    {
        var lines = BoardText.Write(cloud.Services, _board, (terminal.Width ?? 80) - 1);
        lock (_gate)
        {
            if (!_isStale && lines.SequenceEqual(_shown)) return;
            terminal.Write($"{Erase()}{string.Join('\n', lines)}\n");
            (_shown, _isStale) = (lines, false);
        }
    }

    private string Erase() => _shown.Count is 0 ? "" : FormattableString.Invariant($"\e[{_shown.Count}A\r\e[J");
}
