namespace Gatehouse.Readiness;

/// <summary>
/// What a connection itself says about its breaks. A poll cannot see a connection that drops and comes back between two
/// checks, so its owner reports each drop here. Safe from any thread; reporting is quick and never throws.
/// </summary>
public sealed class ConnectionEvents
{
    private readonly Lock _gate = new(); // guards _listeners
    private Action<string>[] _listeners = [];

    /// <summary>Says that the connection broke. Every break resets the stability window of the nodes that listen.</summary>
    /// <param name="what">
    /// The event in words, without credentials. Blank is a break all the same: who reports may stand in a callback where an exception
    /// ends the process.
    /// </param>
    public void ReportBroken(string what)
    {
        if (string.IsNullOrWhiteSpace(what)) what = "no reason given";
        foreach (var listener in Volatile.Read(ref _listeners))
            listener(what);
    }

    internal IDisposable Subscribe(Action<string> listener)
    {
        lock (_gate)
            _listeners = [.. _listeners, listener];
        return new Subscription(this, listener);
    }

    private void Remove(Action<string> listener)
    {
        lock (_gate)
            _listeners = [.. _listeners.Where(other => other != listener)];
    }

    private sealed class Subscription(ConnectionEvents events, Action<string> listener) : IDisposable
    {
        public void Dispose() => events.Remove(listener);
    }
}
