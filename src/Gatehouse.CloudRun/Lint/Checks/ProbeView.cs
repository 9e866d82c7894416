namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>A probe with the defaults of what is left out.</summary>
internal sealed class ProbeView(Spot spot)
{
    public Spot Spot => spot;

    public bool Exists => spot.Map is not null;

    public long Delay => Number("initialDelaySeconds", 0);

    public long Period => Number("periodSeconds", 10);

    public long Timeout => Number("timeoutSeconds", 1);

    public long Failures => Number("failureThreshold", 3);

    /// <summary>How long it asks.</summary>
    public long Window => Period * Failures;

    public Spot Http => spot["httpGet"];

    public Spot Grpc => spot["grpc"];

    public Spot Tcp => spot["tcpSocket"];

    /// <summary>Of an HTTP probe.</summary>
    public string Path => Http["path"].Text ?? "/";

    // What is out of any range is another rule's finding; here it must only not overflow.
    private long Number(string key, long otherwise) => Math.Clamp(spot[key].Whole ?? otherwise, 0, int.MaxValue);
}
