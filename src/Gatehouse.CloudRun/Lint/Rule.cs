namespace Gatehouse.CloudRun.Lint;

/// <summary>How bad it is.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>It is accepted, and will hurt.</summary>
    Warning,

    /// <summary>It is refused, or cannot work.</summary>
    Error,
}

/// <summary>What the manifest is for; the two differ in limits and in what they take.</summary>
public enum LintTarget
{
    CloudRun,
    Knative,
}

/// <summary>One row of the <see cref="RuleTable"/>.</summary>
/// <param name="Id">Stable, never used again once retired: <c>GH1301</c>.</param>
/// <param name="Name">The same for people: <c>startup-one-failure</c>.</param>
/// <param name="Severity">Of its findings, where they do not say otherwise.</param>
/// <param name="Title">What is wrong, in one sentence.</param>
public sealed record Rule(string Id, string Name, Severity Severity, string Title)
{
    /// <summary>Its page, from the root of the repository.</summary>
    public string Page => $"docs/lint/{Id}.md";
}
