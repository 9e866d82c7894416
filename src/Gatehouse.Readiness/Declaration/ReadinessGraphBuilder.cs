using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness;

/// <summary>Declares the graph: one call a node, in any order.</summary>
public sealed class ReadinessGraphBuilder
{
    private readonly IServiceCollection _services;
    private readonly List<NodeDefinition> _nodes = [];

    internal ReadinessGraphBuilder(IServiceCollection services) => _services = services;

    internal IReadOnlyList<NodeDefinition> Nodes => _nodes;

    internal TimeSpan Budget { get; private set; } = TimeSpan.FromSeconds(240);

    /// <summary>Declares a node.</summary>
    /// <param name="name">The name by which edges, probes, metrics and logs know it. Keep the set small and fixed.</param>
    /// <param name="check">Asks whether the node does its job.</param>
    /// <param name="after">The nodes that come first; a bare name is a hard edge.</param>
    /// <param name="retry">The rest after a failure during start-up. Default: 250 ms doubling to 5 s.</param>
    /// <param name="stable">How long the node must be good without a break. Default: the first success is enough.</param>
    /// <param name="policy">Timeout, pace, hysteresis and importance.</param>
    /// <param name="stop">Undoes what the checks have done. Runs when the host has stopped, before the stops of the nodes that come first.</param>
    public ReadinessGraphBuilder Node(
        string name,
        NodeCheck check,
        IReadOnlyList<Edge>? after = null,
        Retry? retry = null,
        Stability? stable = null,
        NodePolicy? policy = null,
        NodeStop? stop = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        _nodes.Add(new(name, check, after ?? [], retry ?? Retry.Default, stable ?? Stability.Immediate, policy ?? NodePolicy.Default, stop));
        return this;
    }

    /// <summary>
    /// Declares a node by an existing health check, so that every ready-made one fits. It is made anew for each run, in the
    /// run's scope; a constructor that throws is the node's failure and nobody else's.
    /// </summary>
    /// <param name="name">The name of the node.</param>
    /// <param name="create">Makes the health check from the services of the run.</param>
    /// <param name="after">The nodes that come first; a bare name is a hard edge.</param>
    /// <param name="retry">The rest after a failure during start-up.</param>
    /// <param name="stable">How long the node must be good without a break.</param>
    /// <param name="policy">Timeout, pace, hysteresis and importance.</param>
    public ReadinessGraphBuilder HealthCheck(
        string name,
        Func<IServiceProvider, IHealthCheck> create,
        IReadOnlyList<Edge>? after = null,
        Retry? retry = null,
        Stability? stable = null,
        NodePolicy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(create);
        return Node(name, HealthCheckNode.From(name, create), after, retry, stable, policy);
    }

    /// <summary>
    /// Declares a node by a health check that <c>services.AddHealthChecks()</c> has registered under the same name. Its failure
    /// status and timeout are kept.
    /// </summary>
    /// <param name="name">The name of the node and of the registration.</param>
    /// <param name="after">The nodes that come first; a bare name is a hard edge.</param>
    /// <param name="retry">The rest after a failure during start-up.</param>
    /// <param name="stable">How long the node must be good without a break.</param>
    /// <param name="policy">Timeout, pace, hysteresis and importance. Default: the timeout of the registration, if it has one.</param>
    /// <exception cref="ArgumentException">No health check of that name is registered yet.</exception>
    public ReadinessGraphBuilder HealthCheck(
        string name,
        IReadOnlyList<Edge>? after = null,
        Retry? retry = null,
        Stability? stable = null,
        NodePolicy? policy = null)
    {
        var registered = RegisteredHealthChecks.In(_services);
        var registration = registered.FirstOrDefault(registration => string.Equals(registration.Name, name, StringComparison.Ordinal))
            ?? throw new ArgumentException(
                $"No health check named '{name}' is registered{Known(registered)}. Register it with services.AddHealthChecks() before AddReadiness.", nameof(name));
        policy ??= registration.Timeout > TimeSpan.Zero ? new() { Timeout = registration.Timeout } : null;
        return Node(registration.Name, HealthCheckNode.From(registration), after, retry, stable, policy);
    }

    /// <summary>
    /// Declares a node for every health check that <c>services.AddHealthChecks()</c> has registered so far, but for those whose
    /// names are nodes already.
    /// </summary>
    /// <param name="after">The nodes that come before each of them.</param>
    /// <param name="where">Which registrations; all of them if left out.</param>
    /// <exception cref="InvalidOperationException">None is registered yet.</exception>
    public ReadinessGraphBuilder HealthChecks(IReadOnlyList<Edge>? after = null, Func<HealthCheckRegistration, bool>? where = null)
    {
        var registered = RegisteredHealthChecks.In(_services);
        if (registered.Count == 0)
            throw new InvalidOperationException("No health check is registered. Register them with services.AddHealthChecks() before AddReadiness.");
        foreach (var registration in registered)
            if (where?.Invoke(registration) != false && _nodes.All(node => !string.Equals(node.Name, registration.Name, StringComparison.Ordinal)))
                HealthCheck(registration.Name, after);
        return this;
    }

    /// <summary>
    /// Says how long the platform's start-up probe waits before it gives up. A path whose timeouts and stability windows add
    /// up to more is refused. Default 240 s, which is the most that Cloud Run allows.
    /// </summary>
    public ReadinessGraphBuilder ProbeBudget(TimeSpan budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(budget, TimeSpan.Zero);
        Budget = budget;
        return this;
    }

    private static string Known(IReadOnlyList<HealthCheckRegistration> registered) =>
        registered.Count == 0 ? "" : $" (but {string.Join(", ", registered.Select(registration => $"'{registration.Name}'"))})";
}
