namespace Gatehouse.Chat;

/// <summary>The threads of the server's own proof that it works: hidden from users and outside every measure.</summary>
internal static class SelfTest
{
    private const string Prefix = "selftest.";

    public static string NewThread() => Prefix + Guid.CreateVersion7().ToString("N");

    public static bool Owns(string threadId) => threadId.StartsWith(Prefix, StringComparison.Ordinal);
}
