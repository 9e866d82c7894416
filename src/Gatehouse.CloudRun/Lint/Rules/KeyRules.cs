namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH11: keys, and the forms of their values.</summary>
internal static class KeyRules
{
    public static readonly Rule Unknown = new("GH1101", "unknown-key", Severity.Error, "There is no such key.");
    public static readonly Rule WrongLevel = new("GH1102", "wrong-level", Severity.Error, "The key belongs on another level.");
    public static readonly Rule Unsupported = new("GH1103", "unsupported-key", Severity.Error, "Cloud Run does not support the key.");
    public static readonly Rule WrongType = new("GH1104", "wrong-type", Severity.Error, "The value has another type than the key wants.");
    public static readonly Rule NotText = new("GH1105", "number-for-text", Severity.Error, "A number or truth value stands where only text is taken.");
    public static readonly Rule OutOfRange = new("GH1106", "out-of-range", Severity.Error, "The number is out of its range.");
    public static readonly Rule Missing = new("GH1107", "missing-key", Severity.Error, "A key that must be there is missing.");
    public static readonly Rule BadValue = new("GH1108", "bad-value", Severity.Error, "The key does not take this value.");
    public static readonly Rule OutputOnly = new("GH1109", "output-only", Severity.Note, "The platform writes this itself.");

    public static readonly Rule[] All = [Unknown, WrongLevel, Unsupported, WrongType, NotText, OutOfRange, Missing, BadValue, OutputOnly];
}
