using System.Globalization;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// What can only be measured from inside a process: <c>bench-gatehouse inside MEASURE SIZE</c>. Each has the process for itself, so
/// that its first run is a cold one.
/// </summary>
internal static class InsideMeasures
{
    public static async Task<int> RunAsync(string measure, string size)
    {
        var figures = new Figures(Console.Out);
        var count = int.Parse(size, CultureInfo.InvariantCulture);
        switch (measure)
        {
            case "hand-over": await HandOver.MeasureAsync(count, figures); return 0;
            case "polled": await PolledGraph.MeasureAsync(count, figures); return 0;
            case "scheduler": await SchedulerCost.MeasureAsync(count, figures); return 0;
            case "critical-path": await OverCriticalPath.MeasureAsync(count, figures); return 0;
            case "gate": await GateCost.MeasureAsync(count, figures); return 0;
            default:
                Console.Error.WriteLine($"There is no measure {measure}; there are hand-over, polled, scheduler, critical-path and gate.");
                return 64;
        }
    }
}
