using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gatehouse.Admission;

/// <summary>
/// What a client sends before its upgrade is answered lies in the listener's buffer: by default up to 1 MiB, for each one that is held.
/// A frame has at most 64 KiB, so an eighth of it is enough. A host that has set a size of its own keeps it.
/// </summary>
internal static class EarlyBytes
{
    private const long ListenersDefault = 1024 * 1024;
    private const long Enough = 128 * 1024;

    public static void Bound(KestrelServerLimits limits)
    {
        if (limits.MaxRequestBufferSize == ListenersDefault)
            limits.MaxRequestBufferSize = Math.Max(Enough, Math.Max(limits.MaxRequestHeadersTotalSize, limits.MaxRequestLineSize));
    }
}
