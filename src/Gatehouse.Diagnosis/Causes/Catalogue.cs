namespace Gatehouse.Diagnosis;

/// <summary>All causes that are known, by area. Within an area the first that fits counts.</summary>
internal static class Catalogue
{
    /// <summary>Causes at nodes.</summary>
    public static IReadOnlyList<Cause> Nodes { get; } =
        [.. SchemaCauses.Rows, .. DatabaseCauses.Rows, .. RedisCauses.Rows, .. ProviderCauses.AtNodes, .. MonitorCauses.Rows];

    /// <summary>Causes at models' providers.</summary>
    public static IReadOnlyList<Cause> Providers => ProviderCauses.Rows;

    /// <summary>Causes in the process.</summary>
    public static IReadOnlyList<Cause> Process => ProcessCauses.Rows;

    /// <summary>Causes at the front door.</summary>
    public static IReadOnlyList<Cause> Admission => AdmissionCauses.Rows;

    /// <summary>The platform's probes: they end a process that would have come up.</summary>
    public static IReadOnlyList<Cause> Probes => ProbeCauses.Rows;

    /// <summary>Causes that end the process.</summary>
    public static IReadOnlyList<Cause> Ends => EndCauses.Rows;

    /// <summary>Causes between client and process.</summary>
    public static IReadOnlyList<Cause> Edge => EdgeCauses.Rows;

    /// <summary>All, with their area.</summary>
    public static IEnumerable<(Area Area, Cause Cause)> All =>
    [
        .. Nodes.Select(static row => (Area.Node, row)),
        .. Providers.Select(static row => (Area.Provider, row)),
        .. Process.Select(static row => (Area.Process, row)),
        .. Admission.Select(static row => (Area.Admission, row)),
        .. Probes.Select(static row => (Area.Platform, row)),
        .. Ends.Select(static row => (Area.Platform, row)),
        .. Edge.Select(static row => (Area.Platform, row)),
    ];
}
