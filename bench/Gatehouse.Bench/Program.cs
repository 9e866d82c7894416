using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Measures;
using Gatehouse.Bench.Measures.Distributed;
using Gatehouse.Bench.Servers;

// bench/run starts this with the directory of what it has built; it starts itself again as the load.
if (args is ["load", var kind, var plan])
{
    await LoadProcess.ServeAsync(kind, plan);
    return 0;
}
const string usage = "gatehouse-bench <directory of the servers> [--quick] [--rounds N] [--only start|cpu|memory|readiness|probes|admission|distributed|recovery|distributed-start|lint|local|diagnosis]";
if (args is not [var built, .. var rest])
{
    Console.Error.WriteLine(usage);
    return 64;
}

var scale = rest.Contains("--quick") ? Scale.Quick : Scale.Full;
if (After("--rounds") is { } rounds) scale = scale.WithRounds(int.Parse(rounds, CultureInfo.InvariantCulture));
var table = new Table();
var measures = new Dictionary<string, Func<Task>[]>
{
    ["start"] = [new StartUp(scale, built, table).MeasureAsync],
    ["cpu"] = [new CpuPerToken(scale, built, table).MeasureAsync],
    ["memory"] = [new MemoryPerConnection(scale, built, table).MeasureAsync],
    ["readiness"] = [new HandOver(scale, built, table).MeasureAsync, new SchedulerCost(scale, built, table).MeasureAsync],
    ["probes"] = [new ProbeLatency(scale, built, table).MeasureAsync, new FirstAnswers(scale, built, table).MeasureAsync],
    ["distributed"] = [new AcrossInstances(scale, built, table).MeasureAsync],
    ["recovery"] = [new ResumeElsewhere(scale, built, table).MeasureAsync, new RedisRestart(scale, built, table).MeasureAsync],
    ["distributed-start"] = [new DistributedStart(scale, built, table).MeasureAsync],
    ["lint"] = [new LintTime(scale, built, table).MeasureAsync],
    ["local"] = [new LocalStart(scale, built, table).MeasureAsync],
    ["diagnosis"] = [new DiagnosisTime(scale, table).MeasureAsync],
    ["admission"] = [new GateCost(scale, built, table).MeasureAsync, new Opening(scale, built, table).MeasureAsync],
};
var only = After("--only");
if (only is not null && !measures.ContainsKey(only))
{
    Console.Error.WriteLine($"There is no measure {only}. {usage}");
    return 64;
}
var other = new OtherWork();
foreach (var (name, parts) in measures)
    if (only is null || only == name)
        foreach (var measure in parts) await measure();
table.Write(Console.Out);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"\nOther work took {other.Share:P0} of the machine's {Environment.ProcessorCount} processors meanwhile."));
return 0;

string? After(string option) => Array.IndexOf(rest, option) is >= 0 and var at && at + 1 < rest.Length ? rest[at + 1] : null;
