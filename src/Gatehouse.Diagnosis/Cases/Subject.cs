namespace Gatehouse.Diagnosis;

/// <summary>What a case is about. What is not known is null.</summary>
public sealed record Subject
{
    /// <summary>The name of the service.</summary>
    public string? Service { get; init; }

    /// <summary>The instance that was asked.</summary>
    public string? Instance { get; init; }

    /// <summary>The revision of the deployment.</summary>
    public string? Revision { get; init; }

    /// <summary>The version of the build.</summary>
    public string? Build { get; init; }
}
