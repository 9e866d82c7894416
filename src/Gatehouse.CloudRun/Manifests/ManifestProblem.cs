namespace Gatehouse.CloudRun.Manifests;

/// <summary>What can be wrong with a file before anybody asks what it says.</summary>
internal enum ProblemKind
{
    Unreadable,
    NotText,
    Broken,
    KeyTwice,
    TooMuch,
    KeyNotText,
}

/// <summary>Something wrong with a file as YAML.</summary>
internal sealed record ManifestProblem(ProblemKind Kind, Place Start, Place End, string Reason, string Fix)
{
    public ManifestException In(string file) => new(Reason, file, Start.Line, Start.Column);
}
