namespace Gatehouse.Hosting;

/// <summary>The backend cannot start here; the message is one line for people.</summary>
/// <param name="isTemporary">Whether the same may succeed later: another process holds the data directory.</param>
public sealed class GatehouseStartException(string message, bool isTemporary, Exception inner) : Exception(message, inner)
{
    public bool IsTemporary => isTemporary;
}
