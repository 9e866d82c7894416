using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary>What is done about what can be mended.</summary>
internal enum Mending
{
    None,
    Shown,
    Written,
}

/// <summary>What is printed.</summary>
internal enum LintForm
{
    Text,
    Json,
    Sarif,
}

/// <summary>What was asked for on the command line.</summary>
internal sealed record LintWishes
{
    public required IReadOnlyList<string> Files { get; init; }

    public required LintSettings Settings { get; init; }

    public bool IsStrict { get; init; }

    public Mending Mending { get; init; }

    public LintForm Form { get; init; }
}
