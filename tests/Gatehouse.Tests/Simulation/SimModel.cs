using Gatehouse.Runs;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>The agent of the simulated world: what it says depends on run and step alone, so that a step done again says the same.</summary>
internal static class SimModel
{
    public const string Safe = "safe";          // idempotent
    public const string Unsafe = "unsafe";      // not
    public const string Guarded = "guarded";    // needs approval

    public static ToolRules? Rules(string tool) => tool switch
    {
        Safe => new(Idempotent: true, NeedsApproval: false),
        Unsafe => new(Idempotent: false, NeedsApproval: false),
        Guarded => new(Idempotent: false, NeedsApproval: true),
        _ => null,
    };

    /// <summary>What a step says before it ends.</summary>
    public static IReadOnlyList<ModelDelta> Step(OpenRun run, int step)
    {
        var number = run.RunId[^1] - '0';
        List<ModelDelta> said = [];
        if ((number + step) % 3 == 0) said.Add(new ModelDelta.Reasoning("hm"));
        for (var word = 0; word < 3; word++) said.Add(new ModelDelta.Text($"{run.RunId}.{step}.{word} "));
        // An answering run says one thing more; every other run calls tools in its first step.
        if (step == 0 && run.Prompt is not null)
            said.Add(new ModelDelta.Call((number % 4) switch { 0 => Unsafe, 1 => Guarded, 2 => Safe, _ => "missing" }, "{}"));
        if (step == 0 && run.Prompt is not null && number % 2 == 0) said.Add(new ModelDelta.Call(Safe, "{\"a\":1}"));
        said.Add(new ModelDelta.Usage(new(1, 3)));
        return said;
    }
}
