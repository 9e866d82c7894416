using System.Globalization;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// What was measured, as Markdown. A ratio is taken within a round, where both were measured one after the other; the table
/// shows the median over the rounds and the range. A goal is met if every round meets it.
/// </summary>
internal sealed class Table
{
    private readonly Dictionary<(string Measure, string Server), List<double>> _values = [];
    private readonly Dictionary<(string Measure, string Server), double> _goals = [];
    private readonly Dictionary<(string Measure, string Of, string Over), double> _ratioGoals = [];
    private readonly List<(string Measure, string Server, string Why)> _unable = [];
    private readonly List<(string Measure, string Of, string Over)> _ratios = [];
    private readonly List<(string Measure, string Unit)> _measures = [];

    public void Declare(string measure, string unit, params IEnumerable<(string Of, string Over)> ratios)
    {
        _measures.Add((measure, unit));
        _ratios.AddRange(ratios.Select(ratio => (measure, ratio.Of, ratio.Over)));
    }

    /// <summary>Says what the measure should be at most.</summary>
    public void Goal(string measure, string server, double most) => _goals[(measure, server)] = most;

    /// <summary>Says what a declared ratio should be at most.</summary>
    public void Goal(string measure, string of, string over, double most) => _ratioGoals[(measure, of, over)] = most;

    /// <summary>Says that a server has no value, because it cannot do what is measured.</summary>
    public void Unable(string measure, string server, string why) => _unable.Add((measure, server, why));

    /// <summary>Adds the value of the next round.</summary>
    public void Add(string measure, string server, double value)
    {
        if (!_values.TryGetValue((measure, server), out var values)) _values[(measure, server)] = values = [];
        values.Add(value);
        Console.Error.WriteLine($"  {measure}: {server} {Text(value)}");
    }

    public void Write(TextWriter output)
    {
        if (_ratios.Count > 0) WriteRatios(output);
        output.WriteLine("Figures of this machine at this moment, for orientation only;");
        output.WriteLine("compare nothing with them that was not measured in the same run.\n");
        output.WriteLine("| measure | of | median | range | unit | goal |\n|---|---|---:|---:|---|---|");
        foreach (var (measure, unit) in _measures)
        {
            foreach (var (key, values) in _values.Where(value => value.Key.Measure == measure))
            {
                double[] sorted = [.. values.Order()];
                var (median, range) = (Text(Median(sorted)), $"{Text(sorted[0])}–{Text(sorted[^1])}");
                var goal = _goals.TryGetValue(key, out var most) ? Judge(most, sorted) : "";
                output.WriteLine($"| {measure} | {key.Server} | {median} | {range} | {unit} | {goal} |");
            }
            foreach (var (_, server, why) in _unable.Where(unable => unable.Measure == measure))
                output.WriteLine($"| {measure} | {server} | cannot | | | {why} |");
        }
    }

    private void WriteRatios(TextWriter output)
    {
        output.WriteLine("Below 1.00 what is on the left costs less.\n");
        output.WriteLine("| measure | ratio | median | range | rounds | goal |\n|---|---|---:|---:|---:|---|");
        foreach (var (measure, of, over) in _ratios)
        {
            var ratios = _values[(measure, of)].Zip(_values[(measure, over)], static (left, right) => left / right).Order().ToArray();
            var (median, range) = (Ratio(Median(ratios)), $"{Ratio(ratios[0])}–{Ratio(ratios[^1])}");
            var goal = _ratioGoals.TryGetValue((measure, of, over), out var most) ? Judge(most, ratios) : "";
            output.WriteLine($"| {measure} | {of} / {over} | **{median}** | {range} | {ratios.Length} | {goal} |");
        }
        output.WriteLine();
    }

    private static string Judge(double most, double[] sorted) =>
        $"≤ {Text(most)}: {(sorted[^1] <= most ? "met" : Median(sorted) <= most ? "met by the median" : "**missed**")}";

    private static string Text(double value)
    {
        var format = Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.###" };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Ratio(double value) => value.ToString(value < 0.01 ? "0.#####" : "0.00", CultureInfo.InvariantCulture);

    private static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
}
