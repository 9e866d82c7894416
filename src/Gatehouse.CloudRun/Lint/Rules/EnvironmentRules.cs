namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH18: environment variables. No finding of theirs ever shows a value.</summary>
internal static class EnvironmentRules
{
    public static readonly Rule Reserved = new("GH1801", "env-reserved", Severity.Error, "The platform sets this variable itself.");
    public static readonly Rule Twice = new("GH1802", "env-twice", Severity.Warning, "A variable is set twice.");
    public static readonly Rule Name = new("GH1803", "env-name", Severity.Error, "This is no name of a variable.");
    public static readonly Rule Secret = new("GH1804", "secret-in-env", Severity.Warning, "A secret seems to stand in the manifest.");
    public static readonly Rule ValueAndSource = new("GH1805", "env-value-and-source", Severity.Error, "A variable has a value and a source.");

    public static readonly Rule[] All = [Reserved, Twice, Name, Secret, ValueAndSource];
}
