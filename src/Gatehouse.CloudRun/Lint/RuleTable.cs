using System.Collections.Frozen;
using Gatehouse.CloudRun.Lint.Rules;

namespace Gatehouse.CloudRun.Lint;

/// <summary>Every rule. Ids are in blocks of a hundred, one for each subject; a retired id is not used again.</summary>
public static class RuleTable
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. FileRules.All, .. KeyRules.All, .. AnnotationRules.All, .. ProbeRules.All, .. SocketRules.All,
        .. TrafficRules.All, .. NameRules.All, .. ContainerRules.All, .. EnvironmentRules.All, .. JobRules.All,
    ];

    private static FrozenDictionary<string, Rule> ByWord { get; } =
        All.SelectMany(static rule => new[] { KeyValuePair.Create(rule.Id, rule), KeyValuePair.Create(rule.Name, rule) }).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>By id or name; null if there is none.</summary>
    public static Rule? Find(string idOrName) => ByWord.GetValueOrDefault(idOrName);
}
