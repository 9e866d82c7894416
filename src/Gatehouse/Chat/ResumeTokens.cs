using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Chat;

/// <summary>
/// Signs the token by which a returning client is known at the handshake. It proves that this server has welcomed the client
/// before, and is good for nothing else. The key lives as long as the process.
/// </summary>
internal sealed class ResumeTokens
{
    private const int SignatureBytes = 16;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public string Issue(string connectionId) => $"{connectionId}.{Sign(connectionId)}";

    public bool IsOurs(string? token)
    {
        var dot = token?.LastIndexOf('.') ?? -1;
        return dot > 0 && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Sign(token![..dot])), Encoding.ASCII.GetBytes(token[(dot + 1)..]));
    }

    private string Sign(string connectionId) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(connectionId)).AsSpan(0, SignatureBytes));
}
