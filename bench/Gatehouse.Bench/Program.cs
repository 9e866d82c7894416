using Gatehouse.Bench.Load;
using Gatehouse.Bench.Measures;

// bench/run starts this with the directory of what it has built; it starts itself again as the load.
if (args is ["load", var kind, var plan])
{
    await LoadProcess.ServeAsync(kind, plan);
    return 0;
}
if (args is not [var built, .. var rest])
{
    Console.Error.WriteLine("gatehouse-bench <directory of the servers> [--quick] [--only start|cpu|memory]");
    return 64;
}

var scale = rest.Contains("--quick") ? Scale.Quick : Scale.Full;
var only = Array.IndexOf(rest, "--only") is var at and >= 0 ? rest[at + 1] : null;
var table = new Table();
if (only is null or "start") await new StartUp(scale, built, table).MeasureAsync();
if (only is null or "cpu") await new CpuPerToken(scale, built, table).MeasureAsync();
if (only is null or "memory") await new MemoryPerConnection(scale, built, table).MeasureAsync();
table.Write(Console.Out);
return 0;
