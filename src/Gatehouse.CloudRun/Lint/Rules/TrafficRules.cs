namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH15: traffic and tags.</summary>
internal static class TrafficRules
{
    public static readonly Rule Missing = new("GH1501", "traffic-missing", Severity.Warning, "Without spec.traffic a deployment moves all traffic at once.");
    public static readonly Rule Sum = new("GH1502", "traffic-sum", Severity.Error, "The percentages do not add up to 100.");
    public static readonly Rule Target = new("GH1503", "traffic-target", Severity.Error, "An entry must name a revision or the latest one, not both or neither.");
    public static readonly Rule Url = new("GH1504", "traffic-url", Severity.Error, "A url belongs to the status only.");
    public static readonly Rule TagForm = new("GH1505", "tag-form", Severity.Error, "A tag is a DNS label: lower-case letters, digits and dashes, a letter first.");
    public static readonly Rule TagTwice = new("GH1506", "tag-twice", Severity.Error, "Two entries have the same tag.");
    public static readonly Rule TagTooLong = new("GH1507", "tag-too-long", Severity.Error, "The tag and the service's name are together longer than 46 characters.");
    public static readonly Rule ForeignRevision = new("GH1508", "foreign-revision", Severity.Error, "The revision is none of this service.");

    public static readonly Rule[] All = [Missing, Sum, Target, Url, TagForm, TagTwice, TagTooLong, ForeignRevision];
}
