using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>Something that a rule has found, with its place.</summary>
public sealed record Finding
{
    public required Rule Rule { get; init; }

    public required Severity Severity { get; init; }

    public required string File { get; init; }

    /// <summary>From 1.</summary>
    public required int Line { get; init; }

    /// <summary>From 1, in UTF-16 units.</summary>
    public required int Column { get; init; }

    /// <summary>Where it ends; the column is the first one behind it.</summary>
    public required int EndLine { get; init; }

    public required int EndColumn { get; init; }

    /// <summary>What is wrong here, and why that is wrong. Never the value of an environment variable.</summary>
    public required string Reason { get; init; }

    /// <summary>What to write instead.</summary>
    public required string Fix { get; init; }

    /// <summary>Whether <c>--fix</c> does it.</summary>
    public bool CanBeFixed => Change is not null;

    internal Change? Change { get; init; }

    internal static Finding At(Rule rule, Severity severity, string file, Place start, Place end, string reason, string fix, Change? change = null) => new()
    {
        Rule = rule,
        Severity = severity,
        File = file,
        Line = start.Line,
        Column = start.Column,
        EndLine = end.Line,
        EndColumn = end.Column,
        Reason = reason,
        Fix = fix,
        Change = change,
    };
}
