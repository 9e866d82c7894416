using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH10: the file and its documents.</summary>
internal static class FileRules
{
    public static readonly Rule Unreadable = new("GH1001", "unreadable", Severity.Error, "The file cannot be read.");
    public static readonly Rule NotText = new("GH1002", "not-text", Severity.Error, "The file is no text in UTF-8.");
    public static readonly Rule BrokenYaml = new("GH1003", "broken-yaml", Severity.Error, "The file is no YAML.");
    public static readonly Rule KeyTwice = new("GH1004", "key-twice", Severity.Error, "A key stands twice in a map.");
    public static readonly Rule TooMuch = new("GH1005", "too-much", Severity.Error, "The file is too large, too deep, or multiplies itself by aliases.");
    public static readonly Rule KeyNotText = new("GH1006", "key-not-text", Severity.Error, "A key is a list or a map.");
    public static readonly Rule Nothing = new("GH1007", "nothing", Severity.Warning, "There is no resource in the file.");
    public static readonly Rule OtherKind = new("GH1008", "other-kind", Severity.Note, "The resource is neither Cloud Run's nor Knative's and is skipped.");
    public static readonly Rule WrongVersion = new("GH1009", "wrong-version", Severity.Error, "The kind does not have this apiVersion.");
    public static readonly Rule NotAResource = new("GH1010", "not-a-resource", Severity.Error, "A document does not say what it is.");
    public static readonly Rule ResourceTwice = new("GH1011", "resource-twice", Severity.Warning, "Two resources of a file have the same kind and name.");
    public static readonly Rule TooManyFindings = new("GH1012", "too-many-findings", Severity.Error, "There are more findings than anybody reads.");

    public static readonly Rule[] All =
        [Unreadable, NotText, BrokenYaml, KeyTwice, TooMuch, KeyNotText, Nothing, OtherKind, WrongVersion, NotAResource, ResourceTwice, TooManyFindings];

    public static Rule Of(ProblemKind kind) => kind switch
    {
        ProblemKind.Unreadable => Unreadable,
        ProblemKind.NotText => NotText,
        ProblemKind.KeyTwice => KeyTwice,
        ProblemKind.TooMuch => TooMuch,
        ProblemKind.KeyNotText => KeyNotText,
        _ => BrokenYaml,
    };
}
