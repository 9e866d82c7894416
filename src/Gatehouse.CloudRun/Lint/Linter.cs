using Gatehouse.CloudRun.Lint.Checks;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>
/// Finds what Cloud Run or Knative would refuse in a manifest, and what they would take and a service with WebSockets would suffer from.
/// A pure function of the text. Whatever the text is, the answer is findings, never an exception.
/// </summary>
public static class Linter
{
    private static readonly Action<Subject, Findings>[] Checks =
    [
        ShapeCheck.Run, AnnotationCheck.Run, NameCheck.Run, StartupProbeCheck.Run, LivenessProbeCheck.Run, ProbeCheck.Run, SocketCheck.Run, ScalingCheck.Run,
        TrafficCheck.Run, ContainerCheck.Run, EnvironmentCheck.Run, JobCheck.Run,
    ];

    /// <summary>Everything found in a file's text, in the order of the text.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="file">Its name, for the findings.</param>
    /// <param name="settings">What for; by default a service with WebSockets on Cloud Run.</param>
    public static IReadOnlyList<Finding> Lint(string text, string file, LintSettings? settings = null)
    {
        if (text.Length > ManifestText.MostBytes) return Unreadable(ManifestText.TooLarge(), file);
        var findings = new Findings(file, settings ?? new());
        var manifest = Manifest.Read(text, file);
        foreach (var problem in manifest.Problems) findings.Add(problem);
        var isAnything = false;
        var seen = new HashSet<(string, string, string)>();
        foreach (var document in manifest.Documents)
        {
            if (YamlJson.IsNull(document.Root)) continue;
            isAnything = true;
            if (Subject.Of(document, text, findings) is not { } subject) continue;
            if (subject.Name is { } name && !seen.Add((subject.Kind.ToString(), subject.Resource["metadata"]["namespace"].Text ?? "", name)))
                findings.Add(FileRules.ResourceTwice, subject.Resource["metadata"]["name"], $"this file has another {subject.Kind} '{Shown.Of(name)}' above: the last one wins", "give it another name, or keep one");
            foreach (var check in Checks) check(subject, findings);
        }
        if (!isAnything && manifest.Problems.Count is 0) findings.Add(FileRules.Nothing, Place.Start, Place.Start, "there is no resource in this file", "give a file with a Service or a Job");
        return findings.InOrder();
    }

    /// <summary>Reads a file's bytes and finds what is wrong with them.</summary>
    public static IReadOnlyList<Finding> Lint(ReadOnlySpan<byte> bytes, string file, LintSettings? settings = null)
    {
        var read = ManifestText.Decode(bytes);
        return read.Problem is { } problem ? Unreadable(problem, file) : Lint(read.Text, file, settings);
    }

    internal static IReadOnlyList<Finding> Unreadable(ManifestProblem problem, string file)
    {
        var findings = new Findings(file, new());
        findings.Add(problem);
        return findings.InOrder();
    }
}
