using Gatehouse.Agents;
using Gatehouse.Chat;
using Gatehouse.Readiness;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>The nodes that both modes have.</summary>
internal static class CommonChecks
{
    // Configuration is judged before the host is built; a process that got here has a good one.
    public static Task<CheckResult> ConfigurationAsync(NodeContext node, CancellationToken cancellationToken) => Task.FromResult(CheckResult.Healthy);

    /// <summary>Every agent can be built. Its provider is not called: an outage there is an answer's failure, not the server's.</summary>
    public static Task<CheckResult> AgentsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var agents = node.Services.GetRequiredService<AgentCatalog>();
        foreach (var name in agents.Names)
            try
            {
                _ = agents.Get(name);
            }
            catch (Exception exception)
            {
                // Not what it says: whoever builds a model's client may put a key into it.
                return Task.FromResult(CheckResult.Failed($"agent {name} cannot be built: {exception.GetType().Name}", exception.GetType().Name));
            }
        return Task.FromResult(CheckResult.Healthy);
    }

    public static Task<CheckResult> ChatAsync(NodeContext node, CancellationToken cancellationToken) =>
        node.Services.GetRequiredService<ChatProof>().CheckAsync(node, cancellationToken);
}
