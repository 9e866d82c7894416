using System.Runtime.InteropServices;

namespace Gatehouse.LocalRun.Instances;

/// <summary>The two signals that the platform sends, to a process and all that it has started.</summary>
internal static class UnixSignals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>To the process only: what it has started is for it to end, as in a container the first process is the one that is told.</summary>
    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    /// <summary>To the whole group; nothing happens when it is gone.</summary>
    public static void SendToGroup(int group, int signal)
    {
        _ = SendSignal(-group, signal);
        // Killed in its first milliseconds it has no group of its own yet.
        _ = SendSignal(group, signal);
    }

    /// <summary>To what is left of a group whose first process is gone: its id may be another's already.</summary>
    public static void SendToRest(int group, int signal) => _ = SendSignal(-group, signal);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);
}
