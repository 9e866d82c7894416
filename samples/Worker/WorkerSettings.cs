using StackExchange.Redis;

namespace Worker;

/// <summary>What the worker is told. Everything that can be wrong without asking anybody is refused here, before the host starts.</summary>
/// <param name="Database">How to reach PostgreSQL: <c>ConnectionStrings:Database</c>.</param>
/// <param name="Redis">How to reach Redis: <c>ConnectionStrings:Redis</c>.</param>
/// <param name="RedisWindow">How long Redis must be unbroken: <c>Redis:Window</c>, by default 10 s.</param>
/// <param name="ProbePort">Where the probes listen: <c>Probes:Port</c>, by default 8081.</param>
internal sealed record WorkerSettings(string Database, ConfigurationOptions Redis, TimeSpan RedisWindow, int ProbePort)
{
    public static WorkerSettings From(IConfiguration configuration) => new(
        Required(configuration, "Database"),
        ConfigurationOptions.Parse(Required(configuration, "Redis")),
        configuration.GetValue("Redis:Window", TimeSpan.FromSeconds(10)),
        configuration.GetValue("Probes:Port", 8081));

    private static string Required(IConfiguration configuration, string name) => configuration.GetConnectionString(name)
        ?? throw new InvalidOperationException($"ConnectionStrings:{name} is missing; the first lines of Program.cs show an example.");
}
