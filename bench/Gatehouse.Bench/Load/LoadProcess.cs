using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.Bench.Load;

/// <summary>
/// A load in a process of its own, so that what it costs is not counted to the server or to the next load. The plan goes in as
/// an argument, the result comes back as a line.
/// </summary>
internal static class LoadProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static Task<StreamLoadResult> RunAsync(StreamLoadPlan plan) => RunAsync<StreamLoadResult>("stream", JsonSerializer.Serialize(plan));

    public static Task<IdleLoadResult> RunAsync(IdleLoadPlan plan) => RunAsync<IdleLoadResult>("idle", JsonSerializer.Serialize(plan));

    /// <summary>The other end: runs in the process.</summary>
    public static async Task ServeAsync(string kind, string plan) => Console.WriteLine(kind == "stream"
        ? JsonSerializer.Serialize(await new StreamLoad(JsonSerializer.Deserialize<StreamLoadPlan>(plan)!).MeasureAsync())
        : JsonSerializer.Serialize(await new IdleLoad(JsonSerializer.Deserialize<IdleLoadPlan>(plan)!).MeasureAsync()));

    private static async Task<T> RunAsync<T>(string kind, string plan)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["load", kind, plan]) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            return output.Length > 0 ? JsonSerializer.Deserialize<T>(output)! : throw new InvalidOperationException("The load failed; it says why above.");
        }
        finally
        {
            process.Kill();
        }
    }
}
