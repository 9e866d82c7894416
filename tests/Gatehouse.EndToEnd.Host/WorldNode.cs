using Gatehouse.Readiness;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// A node <c>world</c> whose state is what a file of the test's says: <c>up</c>, <c>fatal</c>, or anything else, or no file, for down.
/// <c>World:File</c> names the file; <c>World:WhenDown</c> is the node's policy after the start.
/// </summary>
internal static class WorldNode
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static void AddWorld(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration["World:File"] is not { } file) return;
        var whenDown = Enum.Parse<WhenDown>(builder.Configuration["World:WhenDown"] ?? nameof(WhenDown.Refuse));
        builder.Services.AddReadiness(graph => graph.Node(
            "world", (_, cancellationToken) => CheckAsync(file, cancellationToken), retry: Retry.Every(Look),
            policy: new() { WhenDown = whenDown, Pace = Look, PaceInDoubt = Look, FallAfter = 1, RiseAfter = 1 }));
    }

    private static async Task<CheckResult> CheckAsync(string file, CancellationToken cancellationToken)
    {
        var says = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : "";
        return says switch
        {
            "up" => CheckResult.Healthy,
            "fatal" => CheckResult.Fatal("The world has ended."),
            _ => CheckResult.Failed("The world is not there yet."),
        };
    }
}
