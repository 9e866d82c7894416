namespace Gatehouse.Cli.Probe;

/// <summary>A layer did not do what it should.</summary>
/// <param name="signature">The kind of the fault, for machines.</param>
/// <param name="reason">What is wrong, for an operator. It may repeat a peer's words; they are cleaned where they become a result.</param>
internal sealed class LayerException(string signature, string reason) : Exception(reason)
{
    public string Signature => signature;

    public static LayerException Malformed(string reason) => new("malformed", reason);
}
