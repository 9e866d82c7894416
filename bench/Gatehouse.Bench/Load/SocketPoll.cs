using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gatehouse.Bench.Load;

/// <summary>
/// Waits for sockets by the kernel's <c>ppoll</c>, whose limits are finer than a millisecond, on one thread: an answer is noted when it is
/// there, and not when a thread pool comes round to it.
/// </summary>
internal sealed class SocketPoll
{
    private const int SetTimerSlack = 29;
    private const int InterruptedCall = 4;
    private const short Readable = 1;

    private readonly Descriptor[] _descriptors;

    public SocketPoll(IReadOnlyList<Socket> sockets)
    {
        _descriptors = [.. sockets.Select(static socket => new Descriptor((int)socket.Handle))];
        _ = prctl(SetTimerSlack, 1, 0, 0, 0);       // else the kernel may wake this thread 50 µs late
    }

    /// <returns>Which of the sockets can be read, or have failed; none if the time is over.</returns>
    public IEnumerable<int> Wait(TimeSpan limit)
    {
        var ticks = Math.Max(0, limit.Ticks);
        var time = new Time(ticks / TimeSpan.TicksPerSecond, ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick);
        var found = ppoll(_descriptors, (nuint)_descriptors.Length, in time, 0);
        if (found < 0 && Marshal.GetLastPInvokeError() is not InterruptedCall and var error) throw new Win32Exception(error);
        for (var number = 0; number < _descriptors.Length && found > 0; number++)
        {
            if (_descriptors[number].Found == 0) continue;
            found--;
            yield return number;
        }
    }

    /// <summary>Does not wait for this one any more.</summary>
    public void Forget(int number) => _descriptors[number].Number = -1;

    private struct Descriptor(int number)
    {
        public int Number = number;
        public short Wanted = Readable;
        public short Found = 0;     // by the kernel
    }

    private readonly record struct Time(long Seconds, long Nanoseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern int ppoll([In, Out] Descriptor[] descriptors, nuint count, in Time limit, nint mask);

    [DllImport("libc")]
    private static extern int prctl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);
}
