using System.Buffers;

namespace Gatehouse.Protocol;

/// <summary>The protocol's fixed bounds (docs/protocol.md §2 and §3).</summary>
public static class Limits
{
    /// <summary>The WebSocket subprotocol.</summary>
    public const string Subprotocol = "gatehouse.v1";

    /// <summary>Largest inbound message, in bytes.</summary>
    public const int FrameBytes = 64 * 1024;

    /// <summary>Longest text of a message, in bytes of UTF-8.</summary>
    public const int TextBytes = 32 * 1024;

    /// <summary>Deepest nesting of inbound JSON.</summary>
    public const int JsonDepth = 32;

    /// <summary>Longest thread id, message id or agent name, in characters.</summary>
    public const int IdChars = 128;

    /// <summary>Longest command id, in characters.</summary>
    public const int CommandIdChars = 64;

    /// <summary>Most threads that one connection follows.</summary>
    public const int Subscriptions = 128;

    /// <summary>Most runs that wait in one thread.</summary>
    public const int QueuedRuns = 16;

    private static readonly SearchValues<char> IdAlphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    /// <summary>Whether <paramref name="id"/> may name a thread, a message or an agent.</summary>
    public static bool IsId(string id) => id.Length is > 0 and <= IdChars && !id.AsSpan().ContainsAnyExcept(IdAlphabet);
}
