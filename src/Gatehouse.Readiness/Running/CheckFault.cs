using System.Data.Common;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Gatehouse.Readiness;

/// <summary>Reads an exception that a check let out.</summary>
internal static class CheckFault
{
    private const int LongestMessage = 300;

    /// <summary>Type and message and no more: an inner exception or a stack may carry a connection string.</summary>
    public static string Describe(Exception exception)
    {
        if (exception is CheckConstructionException made) return made.Message;
        var message = exception.Message.ReplaceLineEndings(" ");
        if (message.Length > LongestMessage) message = string.Concat(message.AsSpan(0, LongestMessage), "…");
        return $"{exception.GetType().Name}: {message}";
    }

    /// <summary>The most telling code that the exception carries.</summary>
    public static string Signature(Exception exception) => exception switch
    {
        DbException { SqlState: { Length: > 0 } state } => state,
        SocketException socket => socket.SocketErrorCode.ToString(),
        HttpRequestException { InnerException: SocketException socket } => socket.SocketErrorCode.ToString(),
        CheckConstructionException => "check_constructor",
        _ => exception.GetType().Name,
    };

    /// <summary>
    /// True for what the outside world does to a correct check (refused, unreachable, too slow, wrong password). Anything else
    /// is a fault in the check itself: a monitor that shows it has crashed, and is restarted with a growing delay.
    /// </summary>
    public static bool IsTheWorlds(Exception exception) => exception
        is DbException or IOException or SocketException or WebSocketException or HttpRequestException
        or TimeoutException or OperationCanceledException or AuthenticationException;
}
