using System.Globalization;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// What was measured, as Markdown. A ratio is taken within a round, where both were measured one after the other; the table
/// shows the median over the rounds and the range.
/// </summary>
internal sealed class Table
{
    private readonly Dictionary<(string Measure, string Server), List<double>> _values = [];
    private readonly List<(string Measure, string Of, string Over)> _ratios = [];
    private readonly List<(string Measure, string Unit)> _measures = [];

    public void Declare(string measure, string unit, IEnumerable<(string Of, string Over)> ratios)
    {
        _measures.Add((measure, unit));
        _ratios.AddRange(ratios.Select(ratio => (measure, ratio.Of, ratio.Over)));
    }

    /// <summary>Adds the value of the next round.</summary>
    public void Add(string measure, string server, double value)
    {
        if (!_values.TryGetValue((measure, server), out var values)) _values[(measure, server)] = values = [];
        values.Add(value);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {measure}: {server} {value:0.##}"));
    }

    public void Write(TextWriter output)
    {
        output.WriteLine("Below 1.00 the left server costs less.\n");
        output.WriteLine("| measure | ratio | median | range | rounds |\n|---|---|---:|---:|---:|");
        foreach (var (measure, of, over) in _ratios)
        {
            var ratios = _values[(measure, of)].Zip(_values[(measure, over)], static (left, right) => left / right).Order().ToArray();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {measure} | {of} / {over} | **{Median(ratios):0.00}** | {ratios[0]:0.00}–{ratios[^1]:0.00} | {ratios.Length} |"));
        }
        output.WriteLine("\nMedians of this machine at this moment, for orientation only; compare nothing with them that was not measured in the same run.\n");
        output.WriteLine("| measure | server | median | unit |\n|---|---|---:|---|");
        foreach (var (measure, unit) in _measures)
            foreach (var (key, values) in _values.Where(value => value.Key.Measure == measure))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {measure} | {key.Server} | {Median([.. values.Order()]):0.0} | {unit} |"));
    }

    private static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
