using Gatehouse.Admission;
using Gatehouse.Agents;
using Gatehouse.Chat;
using Gatehouse.Hosting;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Operations.Incidents;
using Gatehouse.Operations.Status;
using Gatehouse.Operations.Why;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Gatehouse.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse;

/// <summary>Puts the backend into an ASP.NET Core app: <c>builder.AddGatehouse().AddAgent(…)</c>, then <c>app.MapGatehouse()</c>.</summary>
public static class GatehouseExtensions
{
    /// <summary>Adds the backend; it reads the sections Data, Agents, Runs, Log, Chat and Admission of the configuration.</summary>
    /// <exception cref="GatehouseConfigurationException">A key cannot be used.</exception>
    public static GatehouseBuilder AddGatehouse(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var errors = new List<string>();
        var options = Settings.Read(builder.Configuration, errors);
        var otlp = OtlpSettings.Read(builder.Configuration, errors);
        if (errors.Count > 0) throw new GatehouseConfigurationException(errors);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(Instance.Current(builder.Configuration["K_REVISION"]));
        AddAdmission(services, options.Admission);
        AddRuns(services);
        AddChat(services);
        AddOperations(services, options, otlp);
        AddGraph(services, options);
        return new(services, builder.Configuration);
    }

    /// <summary>Maps <c>/ws</c>, the probes, <c>/metrics</c> and the chat page, and takes the data directory.</summary>
    /// <exception cref="GatehouseConfigurationException">There is no agent, or no such default agent.</exception>
    /// <exception cref="GatehouseStartException">The data directory is held by another process, or cannot be used.</exception>
    public static WebApplication MapGatehouse(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        CheckAgents(app.Services.GetRequiredService<AgentCatalog>());
        if (app.Services.GetRequiredService<GatehouseOptions>().Database is null) EmbeddedMode.TakeDirectory(app.Services);
        app.UseWebSockets();
        app.MapReadiness();
        DeclareNodes(app.Services);
        app.MapGatehouseMetrics();
        app.MapGatehouseStartup();
        WhyEndpoints.Map(app);
        IncidentEndpoints.Map(app);
        StatusEndpoints.Map(app);
        Page.Map(app);
        app.Map("/ws", app.Services.GetRequiredService<ChatEndpoint>().HandleAsync).DisableHttpMetrics();
        return app;
    }

    private static void DeclareNodes(IServiceProvider services) => services.GetRequiredService<GatehouseMetrics>().Handshakes
        .Declare(services.GetRequiredService<ReadinessGraph>().Current.Nodes.Select(node => node.Name));

    private static void AddAdmission(IServiceCollection services, AdmissionOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<ResumeTokens>();
        services.AddSingleton<AdmissionLimits>();
        services.AddSingleton<Protection>();
        services.AddSingleton<HeldUpgrades>();
        services.AddHostedService(static s => s.GetRequiredService<HeldUpgrades>());
        services.AddSingleton<AdmissionGate>();
        services.AddOptions<SocketTransportOptions>().PostConfigure<IOptions<KestrelServerOptions>>(
            static (sockets, kestrel) => EarlyBytes.Bound(sockets, kestrel.Value.Limits));
    }

    private static void AddRuns(IServiceCollection services)
    {
        services.AddSingleton<AgentCatalog>();
        services.AddSingleton<ThreadFeeds>();
        services.AddSingleton<ModelCall>();
        services.AddSingleton<ToolExecution>();
        services.AddSingleton<Beat>();
        services.AddSingleton(static s =>
        {
            var options = s.GetRequiredService<GatehouseOptions>();
            var agents = s.GetRequiredService<AgentCatalog>();
            return new OwnerTools(
                s.GetRequiredService<IStore>(), s.GetRequiredService<IConversationLog>(), s.GetRequiredService<ModelCall>(),
                s.GetRequiredService<ToolExecution>(),
                new(options.AppendInterval, options.RunBudget, options.RunSteps, options.LogWindow / 2, agents.ToolRules),
                s.GetRequiredService<Beat>(), s.GetRequiredService<TimeProvider>(), options.HeldBytes);
        });
        services.AddSingleton<ThreadOwners>();
        services.AddSingleton<Leases>();
    }

    private static void AddChat(IServiceCollection services)
    {
        services.AddSingleton<Connections>();
        services.AddSingleton<Drain>();
        services.AddSingleton<Intake>();
        services.AddSingleton<SelfTestSecret>();
        services.AddSingleton(new AgentRegistration(SelfTest.AgentName, static _ => SelfTest.CreateAgent(), Hidden: true));
        services.AddSingleton<ChatProof>();
        services.AddSingleton<ChatEndpoint>();
    }

    private static void AddOperations(IServiceCollection services, GatehouseOptions options, OtlpSettings otlp)
    {
        services.AddSingleton(otlp);
        services.AddGatehouseMetrics();
        services.AddSingleton(OpsSources.Create);
        services.AddSingleton<ProviderRecords>();
        services.AddSingleton<ProcessRecord>();
        services.AddSingleton<DecisionRecord>();
        services.AddSingleton<CaseTaker>();
        services.AddSingleton<SecondLook>();
        services.AddSingleton<Diagnostician>();
        services.AddSingleton(options.Incidents);
        services.AddSingleton<IncidentJournal>();
        services.AddSingleton<Responder>();
        services.AddSingleton<Webhook>();
        services.AddSingleton<IncidentWatch>();
        services.AddHostedService(static s => s.GetRequiredService<IncidentWatch>());
        services.AddSingleton<InstanceBeat>();
        services.AddHostedService(static s => s.GetRequiredService<InstanceBeat>());
        services.AddSingleton<StatusTaker>();
        services.AddSingleton<LiveViews>();
        services.AddSingleton<StatusChanges>();
        services.AddHostedService<StatusWriter>();
        services.AddHostedService<GatehouseLifetime>();
        // Sockets that have not asked for anything by then, or only half, are cut; what is left of the drain's time is for the process to end.
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainBudget * 15 / 16);
    }

    // configuration → what the mode needs, configuration → agents, and chat after all of it
    private static void AddGraph(IServiceCollection services, GatehouseOptions options)
    {
        services.AddReadiness(static graph => graph
            .Node("configuration", CommonChecks.ConfigurationAsync)
            .Node("agents", CommonChecks.AgentsAsync, after: ["configuration"]));
        if (options.Database is null) EmbeddedMode.Add(services);
        else DistributedMode.Add(services, options);
    }

    private static void CheckAgents(AgentCatalog agents)
    {
        if (agents.Names.Count == 0) throw new GatehouseConfigurationException(["No agent was added; call AddAgent or AddConfiguredAgents."]);
        if (!agents.Names.Contains(agents.Default))
            throw new GatehouseConfigurationException([$"Agents:Default is '{agents.Default}'; it must be one of {string.Join(", ", agents.Names)}."]);
    }
}
