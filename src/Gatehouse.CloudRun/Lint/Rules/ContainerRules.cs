namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH17: containers.</summary>
internal static class ContainerRules
{
    public static readonly Rule SeveralPorts = new("GH1701", "several-ports", Severity.Error, "Only one port of one container gets requests.");
    public static readonly Rule Dependencies = new("GH1702", "dependency-without-startup", Severity.Error, "A container that others wait for has no start-up probe.");
    public static readonly Rule UnknownDependency = new("GH1703", "unknown-dependency", Severity.Error, "The container-dependencies name a container that there is not.");
    public static readonly Rule Variable = new("GH1704", "variable-not-replaced", Severity.Error, "Cloud Run does not replace $(VAR).");
    public static readonly Rule ImageFloats = new("GH1705", "image-floats", Severity.Warning, "The image has no tag, or the tag latest: nobody can say what runs, or go back to it.");
    public static readonly Rule Quantity = new("GH1706", "quantity", Severity.Error, "The quantity has not the form of one.");
    public static readonly Rule NameTwice = new("GH1707", "container-twice", Severity.Error, "Two containers have the same name.");

    public static readonly Rule[] All = [SeveralPorts, Dependencies, UnknownDependency, Variable, ImageFloats, Quantity, NameTwice];
}
