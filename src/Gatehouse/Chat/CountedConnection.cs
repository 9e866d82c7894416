using Gatehouse.Operations;

namespace Gatehouse.Chat;

/// <summary>A connection as one of those that the instance counts: open, then perhaps draining, then gone.</summary>
internal sealed class CountedConnection : IDisposable
{
    private readonly GatehouseMetrics _metrics;
    private readonly Lock _gate = new();
    private ConnectionState? _state = ConnectionState.Open;

    public CountedConnection(GatehouseMetrics metrics)
    {
        _metrics = metrics;
        metrics.ConnectionMoved(null, _state);
    }

    /// <summary>It has been told to go.</summary>
    public void Drains() => Move(ConnectionState.Draining);

    public void Dispose() => Move(null);

    private void Move(ConnectionState? to)
    {
        lock (_gate)
        {
            if (_state is null) return;
            _metrics.ConnectionMoved(_state, to);
            _state = to;
        }
    }
}
