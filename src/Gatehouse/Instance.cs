namespace Gatehouse;

/// <summary>This process, as other parts and clients know it.</summary>
/// <param name="Id">Unique per start.</param>
/// <param name="Revision">What is deployed: <c>K_REVISION</c> on Cloud Run and Knative, else the version of the build.</param>
internal sealed record Instance(string Id, string Revision)
{
    public static Instance Current(string? revision) =>
        new($"{Environment.MachineName}-{Guid.CreateVersion7():N}", revision is { Length: > 0 } ? revision : Version);

    /// <summary>The version of this build.</summary>
    public static string Version { get; } = typeof(Instance).Assembly.GetName().Version!.ToString(3);
}
