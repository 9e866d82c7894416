using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>
/// A server that is polled from before its process is there, and what must hold of the answers: nothing says ready, and nobody is let
/// in, before the server can do its job. What comes first is judged by cause, not by chance: an answer that has come before the test
/// takes a fault away, or before the server itself says that its last node was ready, is too early, however slow the machine is.
/// </summary>
internal sealed class WatchedServer : IAsyncDisposable
{
    private const int Enough = 100;         // answers, for a state to be called steady
    private const string Patient = "--Admission:HoldSeconds=60";

    private readonly Poller _poller;

    private WatchedServer(Poller poller, ServerSetup setup)
    {
        _poller = poller;
        Server = ServerProcess.Launch(setup);
        Probes = new(Server.Port);
    }

    public ServerProcess Server { get; }

    public ProbeClient Probes { get; }

    public IReadOnlyList<Answer> Answers => _poller.Answers;

    /// <summary>Starts a server on a port where each question has been refused already. It holds upgrades for as long as it can be told to.</summary>
    /// <param name="pace">Between two questions of a kind; a millisecond if left out.</param>
    public static async Task<WatchedServer> LaunchAsync(ServerSetup setup, TimeSpan? pace = null)
    {
        var port = FreePort.Next();
        var poller = Poller.Start(port, pace);
        await poller.UntilAsync(polled => Enum.GetValues<Question>().All(question => polled.Answers.Any(answer => answer.Question == question)));
        return new(poller, setup with { Port = $"{port}", Arguments = [.. setup.Arguments, Patient] });
    }

    /// <summary>Asks for a while, and nothing opens: the process is well, and says that it is not ready. Upgrades are held, or refused.</summary>
    public async Task StaysClosedAsync()
    {
        await _poller.UntilAsync(polled => Opening().Any() || (polled.Held == Poller.MostUpgrades || polled.Count(Question.Upgrade, 503) > Enough)
            && polled.Count(Question.Startup, 503) > Enough && polled.Count(Question.Ready, 503) > Enough && polled.Count(Question.Health, 200) > Enough);
        Assert.Empty(Opening());
    }

    /// <summary>Lets the server open, which takes all who wait in, and judges every answer since before its start.</summary>
    /// <param name="mendAsync">Takes away what keeps it closed.</param>
    /// <param name="wait">How long that may go on meanwhile, asked less often; not at all if left out.</param>
    /// <returns>When the server was ready, by its own account.</returns>
    public async Task<DateTimeOffset> OpensAsync(Func<Task> mendAsync, Func<Task>? wait = null)
    {
        var held = _poller.Held;
        var mended = Moment.Now;
        await mendAsync();
        if (wait is not null) await AtLeisureAsync(wait);
        await _poller.UntilAsync(polled => HeldAnswers(mended).Count() >= held
            && polled.Count(Question.Startup, 200) > Enough && polled.Count(Question.Ready, 200) > Enough);

        Assert.Empty(Opening(before: at => at.IsBefore(mended)));
        Assert.All(HeldAnswers(mended), answer => Assert.Equal(101, answer.Status));
        return await SoundAsync();
    }

    /// <summary>Lets the server, which nothing hinders, open, and judges every answer since before its start.</summary>
    public async Task<DateTimeOffset> OpensAsync()
    {
        await _poller.UntilAsync(polled => polled.Count(Question.Startup, 200) > Enough && polled.Count(Question.Ready, 200) > Enough
            && polled.Count(Question.Upgrade, 101) > Enough);
        return await SoundAsync();
    }

    /// <summary>What the server tells of its start.</summary>
    public async Task<JsonElement> TimelineAsync()
    {
        using var answer = await Server.GetAsync("/api/startup");
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _poller.DisposeAsync();
        Probes.Dispose();
        await Server.DisposeAsync();
    }

    private async Task AtLeisureAsync(Func<Task> wait)
    {
        var pace = _poller.Pace;
        _poller.Pace = TimeSpan.FromMilliseconds(20);
        await wait();
        _poller.Pace = pace;
    }

    /// <summary>Those that say ready or let somebody in; of a certain time, if one is given.</summary>
    private IEnumerable<Answer> Opening(Func<Moment, bool>? before = null) =>
        Answers.Where(answer => answer.Opens && before?.Invoke(answer.At) != false);

    private IEnumerable<Answer> HeldAnswers(Moment mended) => Answers.Where(answer =>
        answer.Question is Question.Upgrade && answer.Fault is not SocketError.ConnectionRefused && answer.AskedAt.IsBefore(mended));

    // The server notes the time at which all its nodes have been ready, then publishes it; and one clock tells the time of both processes.
    // Once it listens every question is answered, by nothing else than these, and what is open stays open.
    private async Task<DateTimeOffset> SoundAsync()
    {
        var started = (await TimelineAsync()).GetProperty("startedAt").GetDateTimeOffset();
        Assert.Empty(Opening(before: at => at.Wall < started));
        var answers = Answers;
        var listens = answers.Where(answer => answer.Status is not null).Min(answer => answer.At.Timestamp);
        foreach (var of in answers.GroupBy(answer => answer.Question))
        {
            var (closed, open) = of.Key switch
            {
                Question.Health => (200, 200),
                Question.Upgrade => (101, 101),     // held, never refused
                _ => (503, 200),
            };
            var opened = of.Where(answer => answer.Status == open).Min(answer => answer.At.Timestamp);
            Assert.Contains(of, answer => answer.Fault is SocketError.ConnectionRefused);
            Assert.All(of, answer => Assert.True(
                answer.AskedAt.Timestamp > opened ? answer.Status == open
                    : answer.Status == open || answer.Status == closed || answer is { Fault: SocketError.ConnectionRefused } && answer.AskedAt.Timestamp < listens,
                $"{answer}"));
        }
        return started;
    }
}
