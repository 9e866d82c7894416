namespace Gatehouse.Testing.Servers;

/// <summary>How a server is started: which program, with what arguments and environment.</summary>
public sealed record ServerSetup(params string[] Arguments)
{
    /// <summary>The shipped server, or what <c>GATEHOUSE_SERVER</c> names instead.</summary>
    public string Program { get; init; } =
        System.Environment.GetEnvironmentVariable("GATEHOUSE_SERVER") is { Length: > 0 } named ? named : Repository.Built("src/Gatehouse.Server", "gatehouse-server");

    /// <summary>Variables to set, or to remove where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The value of <c>PORT</c>; null for a free one.</summary>
    public string? Port { get; init; }

    /// <summary>The data directory; null for a new one, which is removed at the end. The server works in it.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The end-to-end host: the server with an agent that obeys and nodes that the test holds in its hand.</summary>
    public static ServerSetup Host(params string[] arguments) =>
        new(arguments) { Program = Repository.Built("tests/Gatehouse.EndToEnd.Host", "Gatehouse.EndToEnd.Host") };
}
