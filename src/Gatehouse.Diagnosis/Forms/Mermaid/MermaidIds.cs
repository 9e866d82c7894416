using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>
/// Names for the parts of a diagram, made of letters, digits and underscores only: <c>node:schema</c> is <c>node_schema</c>. Two
/// names that come out alike are told apart by a number. None is a word of Mermaid's own: each has a prefix.
/// </summary>
internal sealed class MermaidIds(string prefix)
{
    private const int Longest = 40;

    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The same id for the same name.</summary>
    public string Of(string name)
    {
        if (_given.TryGetValue(name, out var known)) return known;
        var plain = prefix + string.Concat(name.Take(Longest).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var id = plain;
        for (var number = 2; !_taken.Add(id); number++) id = string.Create(CultureInfo.InvariantCulture, $"{plain}_{number}");
        return _given[name] = id;
    }

    public bool Has(string name) => _given.ContainsKey(name);
}
