namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH16: names.</summary>
internal static class NameRules
{
    public static readonly Rule Form = new("GH1601", "name-form", Severity.Error, "The name is no DNS label of at most 63 characters.");
    public static readonly Rule Revision = new("GH1602", "revision-name", Severity.Error, "A revision's name must begin with the service's and a dash.");
    public static readonly Rule NoRoom = new("GH1603", "name-leaves-no-room", Severity.Warning, "The name leaves no room for the names of its revisions.");

    public static readonly Rule[] All = [Form, Revision, NoRoom];
}
