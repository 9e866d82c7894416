using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gatehouse.Admission;

/// <summary>
/// What a client sends before its upgrade is answered lies in the buffer of its socket: by default up to 1 MiB, for each one that is held
/// (the request buffer of Kestrel's limits does not bound it). A frame has at most 64 KiB, so an eighth of it is enough. A host that has
/// set a size of its own keeps it.
/// </summary>
internal static class EarlyBytes
{
    private const long ListenersDefault = 1024 * 1024;
    private const long Enough = 128 * 1024;

    public static void Bound(SocketTransportOptions sockets, KestrelServerLimits limits)
    {
        if (sockets.MaxReadBufferSize == ListenersDefault)
            sockets.MaxReadBufferSize = Math.Max(Enough, Math.Max(limits.MaxRequestHeadersTotalSize, limits.MaxRequestLineSize));
    }
}
