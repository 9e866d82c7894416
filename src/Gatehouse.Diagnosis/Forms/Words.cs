namespace Gatehouse.Diagnosis;

/// <summary>The words that stand for what a report holds as enumerations.</summary>
internal static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Healthy => "healthy",
        Verdict.Confirmed => "confirmed",
        Verdict.Likely => "likely",
        _ => "insufficient evidence",
    };

    public static string Of(Owner owner) => owner switch
    {
        Owner.OnCall => "who is on call",
        Owner.Developers => "the developers",
        Owner.Data => "who keeps the data stores",
        Owner.Platform => "who keeps the platform",
        _ => "the vendor",
    };

    public static string Of(Risk risk) => risk switch
    {
        Risk.None => "no risk",
        Risk.Low => "low risk",
        Risk.Medium => "medium risk",
        _ => "high risk",
    };

    public static string Of(HopKind kind) => kind switch
    {
        HopKind.Symptom => "symptom",
        HopKind.Platform => "platform",
        HopKind.Process => "process",
        HopKind.Admission => "front door",
        HopKind.Node => "node",
        HopKind.Provider => "provider",
        HopKind.Cause => "cause",
        HopKind.System => "system",
        _ => "unknown",
    };

    public static string Of(PlatformProbeKind kind) => kind switch
    {
        PlatformProbeKind.Startup => "start-up",
        PlatformProbeKind.Liveness => "liveness",
        _ => "readiness",
    };

    public static string Of(RemedyTime when) => when switch
    {
        RemedyTime.Now => "now",
        RemedyTime.Next => "next",
        _ => "prevent",
    };

    public static string Of(EvidenceSource source) => source switch
    {
        EvidenceSource.Node => "state",
        EvidenceSource.History => "history",
        EvidenceSource.Admission => "front door",
        EvidenceSource.Process => "process",
        EvidenceSource.Provider => "provider",
        EvidenceSource.Outside => "probe",
        EvidenceSource.Platform => "platform",
        EvidenceSource.Mark => "deployment",
        EvidenceSource.Recheck => "second look",
        _ => "report",
    };
}
