using Gatehouse.Agents;
using Gatehouse.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>What <c>AddGatehouse</c> returns, to add agents to.</summary>
public sealed class GatehouseBuilder
{
    private readonly IConfiguration _configuration;

    internal GatehouseBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        _configuration = configuration;
    }

    public IServiceCollection Services { get; }

    /// <summary>
    /// Adds an agent. The first one answers where a client names none, unless <c>Agents:Default</c> says otherwise.
    /// </summary>
    /// <param name="name">Unique; up to 128 characters out of A-Z a-z 0-9 . _ : -</param>
    /// <param name="build">Called once, when the agent is first needed, so that building a model's client does not delay the start.</param>
    public GatehouseBuilder AddAgent(string name, Func<IServiceProvider, Agent> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        if (!Protocol.Limits.IsId(name)) throw new ArgumentException($"'{name}' is no name for an agent: 1 to 128 characters out of A-Z a-z 0-9 . _ : -", nameof(name));
        Services.AddSingleton(new AgentRegistration(name, build));
        return this;
    }

    /// <summary>
    /// Adds what the configuration asks for: an OpenAI-compatible model if section <c>Agent</c> is there, and the built-in ops
    /// agent, which answers questions about this server, always.
    /// </summary>
    /// <exception cref="GatehouseConfigurationException">A key cannot be used.</exception>
    public GatehouseBuilder AddConfiguredAgents()
    {
        var (agents, errors) = ConfiguredAgents.Read(_configuration, File.ReadAllText);
        if (agents is null) throw new GatehouseConfigurationException(errors);
        IReadOnlyList<Agent>? built = null;
        foreach (var name in agents.Names)
            AddAgent(name, services => (built ??= agents.Create(services.GetRequiredService<OpsFacts>(), services.GetRequiredService<TimeProvider>()))
                .First(agent => agent.Name == name));
        return this;
    }
}
