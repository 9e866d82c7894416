using System.Globalization;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>Says what was measured, a figure a line: its name, a space, its value.</summary>
internal sealed class Figures(TextWriter output)
{
    public void Say(string name, double value) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {value:R}"));

    /// <summary>Says a distribution by its middle and its ends.</summary>
    public void SayAll(string name, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        Say($"{name}.p50", At(sorted, 0.5));
        Say($"{name}.p99", At(sorted, 0.99));
        Say($"{name}.max", sorted[^1]);
    }

    public static double Median(IEnumerable<double> values) => At([.. values.Order()], 0.5);

    /// <summary>The smallest value that so large a share of all does not exceed.</summary>
    private static double At(double[] sorted, double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
