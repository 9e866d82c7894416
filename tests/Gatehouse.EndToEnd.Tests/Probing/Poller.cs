using System.Runtime.CompilerServices;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>
/// Asks a port for the three probes and for an upgrade, every millisecond or as often as the machine can: from before there is a
/// process until it is disposed. What is not answered stays open, up to a bound, and is noticed when it is: so held upgrades are.
/// </summary>
internal sealed class Poller : IAsyncDisposable
{
    /// <summary>Upgrades that wait at once; fewer than a server holds.</summary>
    public const int MostUpgrades = 100;

    private const int MostProbes = 4;       // of each path
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int _port;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Answer> _answers = [];        // guarded by itself
    private readonly Task _polling;
    private int _held;
    private long _paceTicks;

    private Poller(int port, TimeSpan pace)
    {
        _port = port;
        Pace = pace;
        _polling = Task.WhenAll(Enum.GetValues<Question>().Select(PollAsync));
    }

    /// <summary>Between two questions of a kind.</summary>
    public TimeSpan Pace
    {
        get => new(Volatile.Read(ref _paceTicks));
        set => Volatile.Write(ref _paceTicks, value.Ticks);
    }

    /// <summary>All answers so far, in the order in which they came.</summary>
    public IReadOnlyList<Answer> Answers
    {
        get { lock (_answers) return [.. _answers]; }
    }

    /// <summary>Upgrades that have been sent and not been answered yet.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <param name="pace">Between two questions of a kind; a millisecond if left out.</param>
    public static Poller Start(int port, TimeSpan? pace = null) => new(port, pace ?? Millisecond);

    /// <summary>How many answers of a kind with this status have come.</summary>
    public int Count(Question question, int status)
    {
        lock (_answers) return _answers.Count(answer => answer.Question == question && answer.Status == status);
    }

    /// <summary>Waits until it is so; bounded by the test's own time limit.</summary>
    public async Task UntilAsync(Func<Poller, bool> isSo)
    {
        while (!isSo(this)) await Task.Delay(10);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private Task PollAsync(Question question) => Parallel.ForEachAsync(
        TicksAsync(_stopping.Token),
        new ParallelOptions { MaxDegreeOfParallelism = question is Question.Upgrade ? MostUpgrades : MostProbes, CancellationToken = _stopping.Token },
        async (_, stopping) =>
        {
            var isHeld = false;
            var answer = await Probe.AskAsync(_port, question, Patience, () =>
            {
                if (question is not Question.Upgrade) return;
                isHeld = true;
                Interlocked.Increment(ref _held);
            }, stopping);
            lock (_answers) _answers.Add(answer);
            if (isHeld) Interlocked.Decrement(ref _held);
        });

    private async IAsyncEnumerable<int> TicksAsync([EnumeratorCancellation] CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pace);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            yield return 0;
            if (timer.Period != Pace) timer.Period = Pace;
        }
    }
}
