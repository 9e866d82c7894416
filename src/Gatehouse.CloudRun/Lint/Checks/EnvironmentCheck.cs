using System.Text.RegularExpressions;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Environment variables. Names are shown, values never.</summary>
internal static partial class EnvironmentCheck
{
    private static readonly string[] OfServices = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];
    private static readonly string[] OfJobs = ["CLOUD_RUN_JOB", "CLOUD_RUN_EXECUTION", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_ATTEMPT", "CLOUD_RUN_TASK_COUNT"];

    public static void Run(Subject subject, Findings findings)
    {
        foreach (var container in subject.Containers)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            // A sidecar has no port of its own, and may be told one.
            var isIngress = container["ports"].Exists || subject.Containers.Count() is 1;
            foreach (var variable in container["env"].Items.Where(static variable => variable.Map is not null)) Look(subject, variable, isIngress, names, findings);
        }
    }

    private static void Look(Subject subject, Spot variable, bool isIngress, HashSet<string> names, Findings findings)
    {
        if (variable["name"] is not { Text: { } name } spot) return;
        var shown = Shown.Of(name.Split('=')[0]);       // behind it would be a value
        if (name.Length is 0 || name.Contains('=', StringComparison.Ordinal) || name.Any(char.IsWhiteSpace))
            findings.Add(EnvironmentRules.Name, spot, $"'{shown}' is no name of a variable", "write letters, digits and underscores");
        if ((subject.IsService ? OfServices : OfJobs).Contains(name) && (isIngress || name is not "PORT"))
            findings.Add(EnvironmentRules.Reserved, spot, $"'{shown}' is set by the platform itself", name is "PORT" ? "leave it out; the port is ports[0].containerPort" : "leave it out");
        if (!names.Add(name))
            findings.Add(EnvironmentRules.Twice, spot, $"'{shown}' is set above already: only the last one counts, and a secret must not stand twice", "keep one of them");
        if (variable["value"].Text is { Length: > 0 } && variable["valueFrom"].Exists)
            findings.AddKey(EnvironmentRules.ValueAndSource, variable["valueFrom"], $"'{shown}' has a value and a source", "keep one of the two");
        if (IsSecret(variable))
            findings.Add(EnvironmentRules.Secret, spot, $"'{shown}' looks like a secret, and its value stands here for everybody who reads the manifest or the revision", "keep it in Secret Manager and write valueFrom.secretKeyRef");
    }

    /// <summary>Whether what a variable of <c>env</c> holds should be seen by nobody.</summary>
    public static bool IsSecret(Spot variable)
    {
        if (variable["value"].Text is not { Length: > 0 } value) return false;
        if (PasswordInUrl().IsMatch(value) || PasswordInPairs().IsMatch(value)) return true;
        var name = variable["name"].Text ?? "";
        // A path, a name or a number of seconds may be about a secret and is none itself.
        return SecretName().IsMatch(name) && !AboutSecret().IsMatch(name) && !YamlJson.TryWhole(value, out _) && value is not ("true" or "false") && !value.StartsWith('/');
    }

    [GeneratedRegex("://[^/@\\s:]*:[^/@\\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordInUrl();

    [GeneratedRegex("(^|[;,\\s])(password|pwd)\\s*=\\s*[^;,\\s]", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PasswordInPairs();

    [GeneratedRegex("passw(or)?d|passphrase|secret|api_?key|access_?key|private_?key|resume_?key|credential|(^|_)(token|pat|pwd)$|auth_?token|access_?token|bearer|_dsn$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("(file|path|dir|name|id|url|seconds|ttl|header|algorithm|issuer|version|enabled|count|length)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex AboutSecret();
}
