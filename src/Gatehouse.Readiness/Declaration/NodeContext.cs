namespace Gatehouse.Readiness;

/// <summary>What a check knows about its run.</summary>
public sealed class NodeContext
{
    internal NodeContext(string node, IServiceProvider services, TimeProvider clock)
    {
        Node = node;
        Services = services;
        Clock = clock;
    }

    /// <summary>The name of the node.</summary>
    public string Node { get; }

    /// <summary>The services of this run's own scope, disposed when the run ends.</summary>
    public IServiceProvider Services { get; }

    /// <summary>The clock that the graph lives by; use it for every delay, so that tests can simulate time.</summary>
    public TimeProvider Clock { get; }

    /// <summary>How many runs came before this one.</summary>
    public int EarlierRuns { get; internal init; }

    /// <summary>How many failures in a row, broken connections included, preceded this run. Zero means that nothing is suspected.</summary>
    public int Failures { get; internal init; }

    /// <summary>True once the node has been ready: this run is its monitor's, and a cheaper proof may do unless something is suspected.</summary>
    public bool IsMonitoring { get; internal init; }
}
