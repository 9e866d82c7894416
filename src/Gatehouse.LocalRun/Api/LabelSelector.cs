using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Api;

/// <summary>Kubernetes' label selector: <c>a=b, c!=d, e, !f, g in (h, i), j notin (k)</c>, all of which must hold.</summary>
internal sealed partial class LabelSelector
{
    private readonly List<Func<IReadOnlyDictionary<string, string>, bool>> _terms = [];

    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        foreach (var term in Comma().Split(text ?? "").Select(each => each.Trim()).Where(each => each.Length > 0)) selector._terms.Add(Term(term));
        return selector;
    }

    public bool Matches(Resource resource) => Matches(resource.Metadata.Labels ?? new Dictionary<string, string>());

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _terms.TrueForAll(term => term(labels));

    private static Func<IReadOnlyDictionary<string, string>, bool> Term(string term)
    {
        if (Set().Match(term) is { Success: true } set)
        {
            var values = set.Groups[3].Value.Split(',', StringSplitOptions.TrimEntries);
            var (name, isIn) = (set.Groups[1].Value, set.Groups[2].Value is "in");
            return labels => labels.TryGetValue(name, out var value) && values.Contains(value) ? isIn : !isIn;
        }
        if (Equality().Match(term) is { Success: true } equality)
        {
            var (name, isEqual, wanted) = (equality.Groups[1].Value, equality.Groups[2].Value is not "!=", equality.Groups[3].Value);
            return labels => (labels.GetValueOrDefault(name) == wanted) == isEqual;
        }
        if (Key().IsMatch(term)) return term[0] is '!' ? labels => !labels.ContainsKey(term[1..]) : labels => labels.ContainsKey(term);
        throw ApiException.Invalid("labelSelector", $"'{term}' is no selector; expected something like name=value, name!=value, name, name in (a, b) or name notin (a, b).");
    }

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Comma();

    [GeneratedRegex(@"^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$")]
    private static partial Regex Set();

    [GeneratedRegex(@"^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$")]
    private static partial Regex Equality();

    [GeneratedRegex(@"^!?[^\s!=,()]+$")]
    private static partial Regex Key();
}
