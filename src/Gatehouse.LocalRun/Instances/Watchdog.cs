using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.LocalRun.Instances;

/// <summary>
/// Ends the instances when this program can no longer do it, because it was killed. It is a small shell that reads the ids of process groups
/// from us: when its input ends, however that came about, it kills those that are left. (A parent-death signal will not do: it is sent when
/// the <em>thread</em> ends that started the child, and it does not reach grandchildren.)
/// </summary>
internal sealed class Watchdog : IDisposable
{
    // Signals that a terminal sends to everybody are not for it.
    private const string Script = """
        trap '' INT TERM HUP QUIT
        left=' '
        while read -r what group; do
          case $what in
            +) left="$left$group ";;
            -) case $left in *" $group "*) left="${left%%" $group "*} ${left#*" $group "}";; esac;;
          esac
        done
        for group in $left; do kill -KILL "-$group" || kill -KILL "$group"; done
        """;

    private readonly Lock _gate = new();        // one line at a time
    private readonly Process _shell;

    public Watchdog()
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        _shell = Process.Start(start)!;
        _shell.StandardInput.AutoFlush = true;
    }

    public int Id => _shell.Id;

    public void Guard(int group) => Tell('+', group);

    public void Release(int group) => Tell('-', group);

    public void Dispose()
    {
        using (_shell)
        {
            lock (_gate) Say(_shell.StandardInput.Close);
        }
    }

    private void Tell(char what, int group)
    {
        lock (_gate) Say(() => _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {group}")));
    }

    private static void Say(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Somebody has ended the watchdog; without it all goes on, only a kill -9 leaves processes behind.
            _ = exception;
        }
    }
}
