using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary><c>--max LAYER[.pNN]=TIME</c>: how long a layer, or the total, may take. Without a percentile it holds for every walk.</summary>
internal sealed record TimeThreshold(string Text, ProbeLayer? Layer, double Percent, TimeSpan Limit)
{
    private const string TotalName = "total";

    /// <summary><c>total.p99=2s</c>, <c>upgrade=500ms</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimeThreshold? threshold)
    {
        threshold = null;
        if (text.Split('=') is not [var subject, var time] || !SpanText.TryParse(time, out var limit)) return false;
        var (name, percentile) = subject.Split('.', 2) is [var first, var second] ? (first, second) : (subject, "p100");
        if (percentile is not ['p', .. var number]) return false;
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)) return false;
        if (percent is not (> 0 and <= 100)) return false;
        ProbeLayer? layer = null;
        if (name is not TotalName)
        {
            if (!LayerNames.TryParse(name, out var named)) return false;
            layer = named;
        }
        threshold = new(text, layer, percent, limit);
        return true;
    }

    public Judgement Judge(Tally tally)
    {
        var durations = Layer is { } layer ? tally[layer].Durations : tally.Total;
        return durations[Percent] is { } actual
            ? new($"--max {Text}", SpanText.Of(actual), actual <= Limit)
            : new($"--max {Text}", "no walk passed it", false);
    }
}
