using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Bench.Load.Pairs;

namespace Gatehouse.Bench.Load;

/// <summary>
/// A load in a process of its own, so that what it costs is not counted to the server or to the next load. The plan goes in as
/// an argument, the result comes back as a line.
/// </summary>
internal static class LoadProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static Task<StreamLoadResult> RunAsync(StreamLoadPlan plan) => RunAsync<StreamLoadPlan, StreamLoadResult>("stream", plan);

    public static Task<IdleLoadResult> RunAsync(IdleLoadPlan plan) => RunAsync<IdleLoadPlan, IdleLoadResult>("idle", plan);

    public static Task<ProbeLoadResult> RunAsync(ProbeLoadPlan plan) => RunAsync<ProbeLoadPlan, ProbeLoadResult>("probes", plan);

    public static Task<UpgradeLoadResult> RunAsync(UpgradeLoadPlan plan) => RunAsync<UpgradeLoadPlan, UpgradeLoadResult>("upgrades", plan);

    public static Task<HeldLoadResult> RunAsync(HeldLoadPlan plan) => RunAsync<HeldLoadPlan, HeldLoadResult>("held", plan);

    public static Task<PairStreamResult> RunAsync(PairStreamPlan plan) => RunAsync<PairStreamPlan, PairStreamResult>("pair-stream", plan);

    public static Task<ResumeResult> RunAsync(ResumePlan plan) => RunAsync<ResumePlan, ResumeResult>("resume", plan);

    public static Task<OutageResult> RunAsync(OutagePlan plan) => RunAsync<OutagePlan, OutageResult>("outage", plan);

    /// <summary>The other end: runs in the process.</summary>
    public static async Task ServeAsync(string kind, string plan) => Console.WriteLine(kind switch
    {
        "stream" => JsonSerializer.Serialize(await new StreamLoad(Plan<StreamLoadPlan>(plan)).MeasureAsync()),
        "idle" => JsonSerializer.Serialize(await new IdleLoad(Plan<IdleLoadPlan>(plan)).MeasureAsync()),
        "probes" => JsonSerializer.Serialize(new ProbeLoad(Plan<ProbeLoadPlan>(plan)).Measure()),
        "upgrades" => JsonSerializer.Serialize(await new UpgradeLoad(Plan<UpgradeLoadPlan>(plan)).MeasureAsync()),
        "held" => JsonSerializer.Serialize(await new HeldLoad(Plan<HeldLoadPlan>(plan)).MeasureAsync()),
        "pair-stream" => JsonSerializer.Serialize(await new PairStreamLoad(Plan<PairStreamPlan>(plan)).MeasureAsync()),
        "resume" => JsonSerializer.Serialize(await new ResumeLoad(Plan<ResumePlan>(plan)).MeasureAsync()),
        "outage" => JsonSerializer.Serialize(await new OutageLoad(Plan<OutagePlan>(plan)).MeasureAsync()),
        _ => throw new ArgumentException($"There is no load {kind}."),
    });

    private static T Plan<T>(string json) => JsonSerializer.Deserialize<T>(json)!;

    private static async Task<TResult> RunAsync<TPlan, TResult>(string kind, TPlan plan)
    {
        string[] arguments = ["load", kind, JsonSerializer.Serialize(plan)];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            return output.Length > 0
                ? JsonSerializer.Deserialize<TResult>(output)!
                : throw new InvalidOperationException("The load failed; it says why above.");
        }
        finally
        {
            process.Kill();
        }
    }
}
