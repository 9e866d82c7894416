using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Simulation;

/// <summary>One server of the simulated world: its feed, and the publications on their way to it.</summary>
internal sealed class SimNode(World world, string name)
{
    private readonly Queue<(Position After, LogEntry[] Entries)> _publications = [];
    private bool _reading;
    private int _life;

    public string Name => name;

    public Feed Feed { get; private set; } = new(maxEntries: 5, maxBytes: 100_000);

    public bool HasPublication => _publications.Count > 0;

    public void Publish(Position after, LogEntry[] entries) => _publications.Enqueue((after, entries));

    public void LosePublication() => _publications.Dequeue();

    /// <summary>The first publication comes now, and again behind all others.</summary>
    public void RepeatPublication()
    {
        _publications.Enqueue(_publications.Peek());
        Receive();
    }

    public void Receive()
    {
        var (after, entries) = _publications.Dequeue();
        if (Feed.Extend(after, entries)) world.FeedChanged(this);
        else Refresh();
    }

    /// <summary>Reads the log after the feed's head, as a heartbeat does.</summary>
    public void Refresh()
    {
        if (_reading) return;
        _reading = true;
        var life = _life;
        world.Send(new SimCall<LogSlice>($"{name} reads the log", () => world.ReadLog(Feed.Head), slice =>
        {
            if (life != _life) return;
            _reading = false;
            if (slice is null) return;
            Feed.Load(slice);
            world.FeedChanged(this);
        }));
    }

    public void Restart()
    {
        _life++;
        _reading = false;
        _publications.Clear();
        Feed = new(maxEntries: 5, maxBytes: 100_000);
    }

    public override string ToString() => name;
}
