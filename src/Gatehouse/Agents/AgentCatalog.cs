using System.Collections.Concurrent;
using Gatehouse.Runs;
using Microsoft.Extensions.AI;

namespace Gatehouse.Agents;

/// <summary>An agent that was added but perhaps not yet built.</summary>
internal sealed record AgentRegistration(string Name, Func<IServiceProvider, Agent> Build, bool Hidden = false);

/// <summary>The agents of this server. Each is built when it is first needed, because building a model's client takes time at start.</summary>
internal sealed class AgentCatalog(IEnumerable<AgentRegistration> registrations, IServiceProvider services, GatehouseOptions options)
{
    private readonly Dictionary<string, AgentRegistration> _registrations =
        registrations.ToDictionary(registration => registration.Name, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Lazy<Agent>> _agents = new(StringComparer.Ordinal);

    /// <summary>The names that a client may give.</summary>
    public IReadOnlyList<string> Names { get; } = [.. registrations.Where(registration => !registration.Hidden).Select(registration => registration.Name)];

    /// <summary>The agent that answers where none is named.</summary>
    public string Default => options.DefaultAgent ?? Names[0];

    /// <summary>Whether there is such an agent, hidden ones included.</summary>
    public bool Has(string name) => _registrations.ContainsKey(name);

    /// <exception cref="KeyNotFoundException">There is no such agent.</exception>
    public Agent Get(string name)
    {
        var agent = _agents.GetOrAdd(name, key => new(() => _registrations[key].Build(services)));
        try
        {
            return agent.Value;
        }
        catch
        {
            _agents.TryRemove(new(name, agent));    // what was missing may be there the next time
            throw;
        }
    }

    /// <summary>What a run's owner has to know of a tool; null if the agent has none of that name.</summary>
    public ToolRules? ToolRules(string agent, string tool) => Has(agent) && Find(agent, tool) is { } found
        ? new ToolRules(found.Idempotent, found.Function.GetService<ApprovalRequiredAIFunction>() is not null)
        : null;

    public AgentTool? Find(string agent, string tool) =>
        Get(agent).Tools.FirstOrDefault(candidate => candidate.Function.Name == tool);
}
