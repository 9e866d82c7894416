using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Admission;

/// <summary>
/// Signs the token by which a returning client is known at the handshake: <c>connection.issued.signature</c>, with the time in Unix
/// seconds. It proves that an instance with this key has welcomed the client within a day, and is good for nothing else.
/// </summary>
internal sealed class ResumeTokens(AdmissionOptions options, TimeProvider clock)
{
    private const int SignatureBytes = 16;
    private const int LongestToken = 128;
    private static readonly TimeSpan Age = TimeSpan.FromHours(24);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);   // another instance's clock may be ahead

    // Never the configured key itself, so that no other use of it could make a token.
    private readonly byte[] _key = HMACSHA256.HashData(options.ResumeKey ?? RandomNumberGenerator.GetBytes(32), "gatehouse resume token"u8);

    public string Issue(string connectionId)
    {
        var claim = string.Create(CultureInfo.InvariantCulture, $"{connectionId}.{clock.GetUtcNow().ToUnixTimeSeconds()}");
        return $"{claim}.{Sign(claim)}";
    }

    public bool IsOurs(string? token)
    {
        if (token is not { Length: <= LongestToken } || token.LastIndexOf('.') is not (> 0 and var end)) return false;
        var claim = token[..end];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(claim)), Encoding.UTF8.GetBytes(token[(end + 1)..]))
            && long.TryParse(claim.AsSpan(claim.LastIndexOf('.') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var issued)
            && IsFresh(TimeSpan.FromSeconds(clock.GetUtcNow().ToUnixTimeSeconds() - issued));
    }

    private static bool IsFresh(TimeSpan age) => age >= -ClockSkew && age <= Age;

    private string Sign(string claim) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(claim)).AsSpan(0, SignatureBytes));
}
