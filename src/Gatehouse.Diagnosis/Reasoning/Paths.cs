namespace Gatehouse.Diagnosis;

/// <summary>The way from the symptom to each hop.</summary>
internal static class Paths
{
    /// <summary>The ids from the first hop to the end below each cause, by the cause's id.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> In(Hop chain)
    {
        var paths = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var way = new List<string>();
        Follow(chain);
        return paths;

        void Follow(Hop hop)
        {
            way.Add(hop.Id);
            if (hop.Kind == HopKind.Cause) paths[hop.Id] = [.. way, .. hop.Causes.Select(static last => last.Id)];
            else foreach (var cause in hop.Causes) Follow(cause);
            way.RemoveAt(way.Count - 1);
        }
    }
}
