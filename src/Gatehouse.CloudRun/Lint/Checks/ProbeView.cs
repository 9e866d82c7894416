namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>A probe with the defaults of what is left out.</summary>
internal sealed class ProbeView(Spot spot)
{
    public Spot Spot => spot;

    public bool Exists => spot.Map is not null;

    public long Delay => spot["initialDelaySeconds"].Whole ?? 0;

    public long Period => spot["periodSeconds"].Whole ?? 10;

    public long Timeout => spot["timeoutSeconds"].Whole ?? 1;

    public long Failures => spot["failureThreshold"].Whole ?? 3;

    /// <summary>How long it asks; a product of what a file says is bounded, not believed.</summary>
    public long Window => Math.Clamp(Period, 0, int.MaxValue) * Math.Clamp(Failures, 0, int.MaxValue);

    public Spot Http => spot["httpGet"];

    public Spot Grpc => spot["grpc"];

    public Spot Tcp => spot["tcpSocket"];

    /// <summary>Of an HTTP probe.</summary>
    public string Path => Http["path"].Text ?? "/";
}
