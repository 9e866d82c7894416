namespace Gatehouse.Cli.Probe;

/// <summary>Keeps the first bytes that come, which tell what the other side speaks when a TLS handshake with it fails.</summary>
internal sealed class FirstBytesStream(Stream inner) : PassingStream(inner)
{
    private readonly byte[] _first = new byte[7];       // a TLS alert
    private int _count;

    public ReadOnlySpan<byte> First => _first.AsSpan(0, _count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await Inner.ReadAsync(buffer, cancellationToken);
        var kept = Math.Min(count, _first.Length - _count);
        buffer.Span[..kept].CopyTo(_first.AsSpan(_count));
        _count += kept;
        return count;
    }
}
