namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH12: annotations.</summary>
internal static class AnnotationRules
{
    public static readonly Rule Invented = new("GH1201", "invented-annotation", Severity.Error, "There is no such annotation.");
    public static readonly Rule WrongLevel = new("GH1202", "annotation-level", Severity.Error, "The annotation belongs to the other level: service or template.");
    public static readonly Rule BadValue = new("GH1203", "annotation-value", Severity.Error, "The annotation does not take this value.");
    public static readonly Rule OutputOnly = new("GH1204", "annotation-output-only", Severity.Note, "The platform writes this annotation itself.");
    public static readonly Rule LaunchStage = new("GH1205", "launch-stage", Severity.Warning, "A preview feature is used without its launch stage.");

    public static readonly Rule[] All = [Invented, WrongLevel, BadValue, OutputOnly, LaunchStage];
}
