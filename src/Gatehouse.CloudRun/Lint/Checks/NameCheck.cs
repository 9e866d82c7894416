using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Names of the service, its revisions, and jobs.</summary>
internal static class NameCheck
{
    private const int RevisionSuffix = 10;      // -00001-abc, as gcloud makes it

    public static void Run(Subject subject, Findings findings)
    {
        var spot = subject.Resource["metadata"]["name"];
        if (subject.Name is not { } name) return;
        if (!NameForm.IsDns1035(name))
            findings.Add(NameRules.Form, spot, FormattableString.Invariant($"'{Shown.Of(name)}' ({name.Length} characters) is no DNS label"), NameForm.Rule);
        if (!subject.IsService) return;
        if (name.Length is > NameForm.Longest - RevisionSuffix and <= NameForm.Longest)
            findings.Add(NameRules.NoRoom, spot, FormattableString.Invariant($"revisions are called '{Shown.Of(name)}-00001-abc', which is longer than {NameForm.Longest} characters"),
                FormattableString.Invariant($"take a name of at most {NameForm.Longest - RevisionSuffix} characters"));
        Revision(subject.Template["metadata"]["name"], name, findings);
    }

    private static void Revision(Spot spot, string service, Findings findings)
    {
        if (spot.Text is not { } name) return;
        if (!name.StartsWith($"{service}-", StringComparison.Ordinal))
            findings.Add(NameRules.Revision, spot, $"the revision's name '{Shown.Of(name)}' does not begin with '{Shown.Of(service)}-'", $"write '{Shown.Of(service)}-' and what tells this revision from the others");
        else if (!NameForm.IsDns1035(name))
            findings.Add(NameRules.Form, spot, FormattableString.Invariant($"'{Shown.Of(name)}' ({name.Length} characters) is no DNS label"), NameForm.Rule);
    }
}
