using System.Globalization;
using System.Text;

namespace Gatehouse.LocalRun.Instances;

/// <summary>
/// What a container has started and what has left its process group (<c>setsid</c>, a daemon) is still known by a variable that only this
/// container's processes have. In a real container it ends with the first process; so it does here, unless it has emptied its environment.
/// </summary>
internal static class Escaped
{
    public const string Variable = "GATEHOUSE_INSTANCE";

    // Who forks while it is looked for has a child that was not there yet: looked for again, but not for ever.
    private const int MostTurns = 5;

    public static void Kill(string mark)
    {
        var wanted = Encoding.UTF8.GetBytes($"{Variable}={mark}\0");
        for (var turn = 0; turn < MostTurns && KillAll(wanted); turn++) continue;
    }

    private static bool KillAll(byte[] wanted)
    {
        var hasFound = false;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process) || !Has(directory, wanted)) continue;
            UnixSignals.Send(process, UnixSignals.Kill);
            hasFound = true;
        }
        return hasFound;
    }

    private static bool Has(string directory, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;       // it is gone, or another user's
        }
    }
}
