using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Operations;
using Gatehouse.Store;

namespace Gatehouse.Runs;

/// <summary>
/// The spans of the runs that one owner of a thread works on: one for the run, with one for each model call and tool call. The id of a
/// run's trace follows from the run's id, so that all instances which work on it, one after the other, write into the same trace
/// and need tell each other nothing. Names and attributes are those of OpenTelemetry's GenAI conventions where it has some; nothing that
/// was said is among them, and no whole id: on a server without accounts an id is the permission to read.
/// Costs nothing when nobody listens. The self-test is left out, as everywhere.
/// </summary>
/// <param name="continued">The run that another owner has begun, if there is one.</param>
internal sealed class RunTrace(bool selfTest, string? continued)
{
    public const string SourceName = "Gatehouse";

    private static readonly ActivitySource Source = new(SourceName);

    private Activity? _run;     // of the run under way here
    private string? _runId;

    /// <summary>A model call begins. Whoever makes it disposes the span at its end, and asks on the thread that goes on with it.</summary>
    public Activity? Model(OwnerEffect.CallModel call)
    {
        if (Begin(call.Run) is not { } run) return null;
        var span = Source.StartActivity("chat", ActivityKind.Client, run.Context);
        return span?.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.agent.name", call.Run.Agent).SetTag("gatehouse.step", call.Step + 1);
    }

    /// <summary>A tool call begins; likewise.</summary>
    public Activity? Tool(OwnerEffect.CallTool call)
    {
        if (Begin(call.Run) is not { } run) return null;
        var span = Source.StartActivity($"execute_tool {call.Call.Tool}", ActivityKind.Internal, run.Context);
        return span?.SetTag("gen_ai.operation.name", "execute_tool").SetTag("gen_ai.tool.name", call.Call.Tool);
    }

    /// <summary>A call has ended, or was broken off if there is no answer.</summary>
    public static void Failed(Activity? span, string error) => span?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);

    public void Ended(OpenRun run, RunEnd end)
    {
        if (Begin(run) is { } span)
        {
            span.SetTag("gatehouse.run.outcome", MetricLabel.Of(end.ToString()));
            span.SetTag("gen_ai.usage.input_tokens", run.Usage.InputTokens).SetTag("gen_ai.usage.output_tokens", run.Usage.OutputTokens);
            if (end is RunEnd.Failed) Failed(span, "run_failed");
        }
        Close();
    }

    /// <summary>The thread is owned here no more; its run, if one is under way, goes on elsewhere.</summary>
    public void Left(OwnerStop? why)
    {
        _run?.SetTag("gatehouse.run.left", MetricLabel.Of((why ?? OwnerStop.HandedOver).ToString()));
        Close();
    }

    /// <summary>The trace of a run, wherever it is executed.</summary>
    public static ActivityTraceId TraceOf(string runId) => ActivityTraceId.CreateFromBytes(SHA256.HashData(Encoding.UTF8.GetBytes(runId)).AsSpan(0, 16));

    private Activity? Begin(OpenRun run)
    {
        if (selfTest || _runId == run.RunId || !Source.HasListeners()) return _runId == run.RunId ? _run : null;
        Close();
        _runId = run.RunId;
        // It belongs to no request, whatever is current where the owner was started, and is current for no later one.
        var surrounding = Activity.Current;
        Activity.Current = null;
        // Recorded, so that samplers which follow a parent take it; a sampler of a ratio decides by the trace's id, the same everywhere.
        _run = Source.StartActivity(
            $"invoke_agent {run.Agent}", ActivityKind.Internal, new ActivityContext(TraceOf(run.RunId), default, ActivityTraceFlags.Recorded));
        Activity.Current = surrounding;
        return _run?.SetTag("gen_ai.operation.name", "invoke_agent").SetTag("gen_ai.agent.name", run.Agent)
            .SetTag("gatehouse.run", ActiveRun.Short(run.RunId)).SetTag("gatehouse.run.continued", continued == run.RunId);
    }

    private void Close()
    {
        _run?.Dispose();
        (_run, _runId) = (null, null);
    }
}
