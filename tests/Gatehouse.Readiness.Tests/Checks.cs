namespace Gatehouse.Readiness.Tests;

internal static class Checks
{
    public static NodeCheck Healthy { get; } = (_, _) => Task.FromResult(CheckResult.Healthy);

    public static NodeCheck Failing(string reason) => (_, _) => Task.FromResult(CheckResult.Failed(reason));

    /// <summary>Never ends, and does not heed its token.</summary>
    public static NodeCheck Deaf { get; } = (_, _) => new TaskCompletionSource<CheckResult>().Task;

    /// <summary>Healthy after so long.</summary>
    public static NodeCheck Takes(TimeSpan time) => async (node, cancellationToken) =>
    {
        await Task.Delay(time, node.Clock, cancellationToken);
        return CheckResult.Healthy;
    };
}
