using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gatehouse.Operations;

/// <summary>
/// A total per value of one closed label. Adding is one interlocked add, whether or not anybody listens; an observable
/// instrument reads it at the scrape. So a listener that starts late misses nothing, and the process can read its own totals.
/// </summary>
internal sealed class Tally<TLabel> where TLabel : struct, Enum
{
    private readonly long[] _cells;
    private readonly KeyValuePair<string, object?>[] _tags;

    public Tally(string key)
    {
        _tags = [.. Enum.GetNames<TLabel>().Select(name => KeyValuePair.Create(key, (object?)MetricLabel.Of(name)))];
        _cells = new long[_tags.Length];
    }

    public long this[TLabel label] => Volatile.Read(ref _cells[Index(label)]);

    public long Total => _cells.Sum();

    /// <summary>The label as a tag, for another instrument that carries it.</summary>
    public KeyValuePair<string, object?> Tag(TLabel label) => _tags[Index(label)];

    public void Add(TLabel label, long count = 1) => Interlocked.Add(ref _cells[Index(label)], count);

    /// <summary>For what is counted elsewhere.</summary>
    public void Set(TLabel label, long count) => Volatile.Write(ref _cells[Index(label)], count);

    /// <summary>Every cell, zeros too: a rate needs the series to exist before its first event.</summary>
    public IEnumerable<Measurement<long>> Observe() =>
        _tags.Select((tag, index) => new Measurement<long>(Volatile.Read(ref _cells[index]), tag));

    // The labels are plain enums, numbered from 0 without gaps.
    private static int Index(TLabel label) => Unsafe.BitCast<TLabel, int>(label);
}

/// <summary>How a label is written.</summary>
internal static class MetricLabel
{
    public static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
