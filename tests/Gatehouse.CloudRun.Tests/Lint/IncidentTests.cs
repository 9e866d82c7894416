using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.Testing;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>The manifest of the incident from which this project comes.</summary>
public sealed class IncidentTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Gatehouse.CloudRun.Tests/Lint/Manifests");

    private static string Manifest => File.ReadAllText(Path.Combine(Repository.Root, "src/Gatehouse.Cli/Demo/yesterday.yaml"));

    [Fact]
    public void Each_fault_is_named_with_its_place()
    {
        var found = Linter.Lint(Manifest, "service.yaml").Select(finding => (finding.Rule.Name, finding.Line, finding.Column, finding.Severity));
        Assert.Equal(
        [
            ("annotation-level", 8, 5, Severity.Error),
            ("traffic-missing", 9, 1, Severity.Warning),
            ("invented-annotation", 16, 9, Severity.Error),
            ("socket-timeout", 17, 5, Severity.Warning),
            ("startup-delay", 29, 34, Severity.Warning),
            ("liveness-delay", 35, 34, Severity.Warning),
        ], found);
    }

    [Fact]
    public void The_fixed_version_is_produced_with_its_comments_and_accepted()
    {
        var result = Fixer.Fix(Manifest, "service.yaml");
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, "incident.fixed.yaml")), result.Text);
        Assert.Empty(result.Left);
        Assert.Equal(["annotation-level", "invented-annotation", "liveness-delay", "startup-delay", "traffic-missing"], result.Fixed.Select(finding => finding.Rule.Name).Order());
    }
}
