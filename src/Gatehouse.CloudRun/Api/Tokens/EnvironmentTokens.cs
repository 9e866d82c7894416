namespace Gatehouse.CloudRun.Api;

/// <summary>A token out of the environment: it is what it is, and cannot be renewed.</summary>
/// <param name="read">Reads a variable.</param>
public sealed class EnvironmentTokens(Func<string, string?> read) : IAccessTokens
{
    /// <summary>In this order.</summary>
    public static IReadOnlyList<string> Names { get; } = ["GATEHOUSE_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN"];

    public ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken) =>
        new(Names.Select(read).FirstOrDefault(value => value is { Length: > 0 })?.Trim());
}
