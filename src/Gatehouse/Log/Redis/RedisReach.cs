using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Gatehouse.Log.Redis;

/// <summary>
/// Why there is no connection, found layer by layer (DNS and TCP, TLS, the server's first words) over a line of its own. The client
/// knows only of a timeout where TLS meets plain text, and forgets a wrong password over the refusals that follow it.
/// </summary>
internal sealed class RedisReach(RedisAddress address, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);      // twice at most, which is less than a check may take

    private const byte TlsAlert = 0x15;         // RFC 8446 §5.1: the first byte of an alert, which no RESP reply begins with

    private static readonly RedisFault TlsRequired = new("Redis takes only TLS on this port; write rediss:// or ssl=true", "tls required");
    private static readonly RedisFault TlsNotSpoken = new(
        "Redis does not speak TLS on this port; write redis:// or ssl=false, or take the port that does", "tls not spoken");
    private static readonly RedisFault Closed = new(
        "Redis' address takes the connection and closes it without a word: look at Redis' log, and behind the proxy if there is one", "closed");

    /// <returns>The fault of the first server that has one; null if all answer.</returns>
    public async Task<RedisFault?> ExplainAsync(CancellationToken cancellationToken)
    {
        foreach (var server in address.Servers)
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var fault = await ExplainAsync(server, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            if (fault is not null) return fault with { Reason = $"{RedisAddress.NameOf(server)}: {fault.Reason}" };
        }
        return null;
    }

    private async Task<RedisFault?> ExplainAsync(EndPoint server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
        }
        catch (SocketException refused)
        {
            return RedisFault.Of(refused);
        }
        catch (OperationCanceledException)
        {
            return RedisFault.Of(new SocketException((int)SocketError.TimedOut));
        }
        await using var plain = new NetworkStream(socket);
        if (!address.IsTls)
        {
            var fault = await TalkAsync(plain, cancellationToken);
            return fault == Closed && await SpeaksTlsAsync(server) ? TlsRequired : fault;
        }
        await using var tls = new SslStream(plain);
        return await SecureAsync(tls, server, cancellationToken) ?? await TalkAsync(tls, cancellationToken);
    }

    private async Task<RedisFault?> SecureAsync(SslStream stream, EndPoint server, CancellationToken cancellationToken)
    {
        var distrust = SslPolicyErrors.None;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.TlsHost(server),
            RemoteCertificateValidationCallback = (_, _, _, errors) => (distrust = errors) == SslPolicyErrors.None,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return null;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or OperationCanceledException)
        {
            if (distrust.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
                return new($"Redis' certificate is not for {options.TargetHost}; write sslHost=… with the name that it is for", "certificate");
            if (distrust != SslPolicyErrors.None)
                return new("Redis' certificate comes from nobody that is trusted here; add its authority's to SSL_CERT_FILE or SSL_CERT_DIR", "certificate");
            return await SpeaksPlainlyAsync(server)
                ? TlsNotSpoken
                : new("TLS with Redis fails before a certificate is shown; is this Redis' TLS port?", "tls");
        }
    }

    // Without the password: this line is not secret.
    private async Task<bool> SpeaksPlainlyAsync(EndPoint server)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, limit.Token);
            await using var stream = new NetworkStream(socket);
            return await AskAsync(stream, limit.Token, "PING") is ['+' or '-', ..];
        }
        catch (Exception failed) when (failed is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    // Who is spoken to plainly and wants TLS says so by an alert, which the end of the connection may overtake.
    private async Task<bool> SpeaksTlsAsync(EndPoint server)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var isShown = false;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.TlsHost(server),
            RemoteCertificateValidationCallback = (_, _, _, _) =>
            {
                isShown = true;
                return false;       // it tells all that is asked
            },
        };
        try
        {
            await socket.ConnectAsync(server, limit.Token);
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(options, limit.Token);
        }
        catch (Exception failed) when (failed is SocketException or AuthenticationException or IOException or OperationCanceledException)
        {
            // What was to be seen has been seen, or there is nothing.
        }
        return isShown;
    }

    private async Task<RedisFault?> TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            string[] authentication = (address.User, address.Password) switch
            {
                (_, null or "") => ["PING"],
                (null or "", var password) => ["AUTH", password],
                var (user, password) => ["AUTH", user, password],
            };
            var answer = await AskAsync(stream, cancellationToken, authentication);
            // A password where none is set is an error and does no harm.
            if (answer is ['+', ..] || answer.StartsWith("-ERR AUTH", StringComparison.Ordinal))
                answer = await AskAsync(stream, cancellationToken, "PING");
            return answer switch
            {
                ['+', ..] => null,
                ['-', .. var error] => RedisFault.OfError(error),
                "" => Closed,
                [(char)TlsAlert, ..] when !address.IsTls => TlsRequired,
                _ => new("what listens at Redis' address is not a Redis", "not redis"),
            };
        }
        catch (OperationCanceledException)
        {
            return RedisFault.NoAnswer;
        }
        catch (IOException)
        {
            return Closed;
        }
    }

    /// <returns>The first line of the answer, or what there is of it.</returns>
    private static async Task<string> AskAsync(Stream stream, CancellationToken cancellationToken, params string[] words)
    {
        var command = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n"));
        foreach (var word in words) command.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command.ToString()), cancellationToken);
        var line = new byte[512];
        var length = 0;
        while (length < line.Length && line.AsSpan(0, length).IndexOf((byte)'\n') < 0)
        {
            var read = await stream.ReadAsync(line.AsMemory(length), cancellationToken);
            if (read == 0) break;
            length += read;
        }
        return Encoding.Latin1.GetString(line, 0, length).Split('\r', '\n')[0];
    }
}
