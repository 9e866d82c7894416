using System.Net.Sockets;
using System.Text.Json;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>
/// Never open too early, seen from outside and from before the process is there: nothing says ready, and nobody is let in, before the
/// server can do its job. What comes first is judged by cause, not by chance: an answer that has come before the test takes the fault
/// away, or before the server itself says that its last node was ready, is too early, however slow the machine is.
/// </summary>
public sealed class NeverTooEarlyTests
{
    private const string Patient = "--Admission:HoldSeconds=60";
    private const int Enough = 100;

    [Theory(Timeout = 120_000)]
    [InlineData(Fault.Late, "refused")]
    [InlineData(Fault.Refusing, "reset")]
    [InlineData(Fault.Hanging, "no answer within 0.5 s")]
    [InlineData(Fault.WrongPassword, "28P01 password authentication failed")]
    [InlineData(Fault.WrongSchema, "42P01 relation \"agent_executions\" does not exist")]
    [InlineData(Fault.ReadOnly, "READONLY You can't write")]
    public async Task While_a_dependency_is_at_fault_nothing_opens_and_then_all_does(Fault fault, string reason)
    {
        await using var dependency = StandIn.Start(fault);
        var port = FreePort.Next();
        await using var poller = Poller.Start(port);
        await poller.UntilAsync(polled => Enum.GetValues<Question>().All(question => polled.Answers.Any(answer => answer.Question == question)));
        await using var server = ServerProcess.Launch(ServerSetup.Host($"--Dependency:Port={dependency.Port}", Patient) with { Port = $"{port}" });

        // All but the dependency is up, slow or not, and the server has had a chat with itself; the culprit is named, and who waits for it.
        using var probes = new ProbeClient(port);
        var report = await probes.UntilAsync("/startup", answer =>
            answer.StateOf("chat") is "ready" or "degraded" && answer.ReasonOf("dependency")?.Contains(reason, StringComparison.OrdinalIgnoreCase) == true);
        Assert.Equal(["dependency"], report.WaitingOn("dependent"));
        await poller.UntilAsync(polled => Opening(polled.Answers).Any() || polled.Held == Poller.MostUpgrades
            && polled.Count(Question.Startup, 503) > Enough && polled.Count(Question.Ready, 503) > Enough && polled.Count(Question.Health, 200) > Enough);
        Assert.Empty(Opening(poller.Answers));

        var held = poller.Held;
        var released = dependency.Release();
        await poller.UntilAsync(polled => HeldAnswers(polled, released).Count() >= held
            && polled.Count(Question.Startup, 200) > Enough && polled.Count(Question.Ready, 200) > Enough);

        var answers = poller.Answers;
        Assert.Empty(Opening(answers, before: at => at.IsBefore(released)));
        Assert.All(HeldAnswers(poller, released), answer => Assert.Equal(101, answer.Status));
        AssertSound(answers);
        Assert.DoesNotContain("fail:", server.Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_shipped_server_opens_after_its_last_node_was_ready_by_its_own_account()
    {
        var port = FreePort.Next();
        await using var poller = Poller.Start(port);
        await poller.UntilAsync(polled => Enum.GetValues<Question>().All(question => polled.Answers.Any(answer => answer.Question == question)));
        await using var server = ServerProcess.Launch(new(Patient) { Port = $"{port}" });
        await poller.UntilAsync(polled => polled.Count(Question.Startup, 200) > Enough && polled.Count(Question.Ready, 200) > Enough
            && polled.Count(Question.Upgrade, 101) > Enough);

        // The server notes the time at which all its nodes have been ready, then publishes it; and one clock tells the time of both processes.
        using var answer = await server.GetAsync("/api/startup");
        var timeline = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        var started = timeline.GetProperty("startedAt").GetDateTimeOffset();
        var ready = timeline.GetProperty("nodes").EnumerateArray().ToDictionary(node => node.Text("name"), node => node.GetProperty("readyMs").GetDouble());
        Assert.Equal(["agents", "chat", "configuration", "database", "schema"], ready.Keys.Order());
        Assert.Equal("chat", ready.MaxBy(node => node.Value).Key);

        var answers = poller.Answers;
        Assert.Empty(Opening(answers, before: at => at.Wall < started));
        Assert.Contains(answers, each => each is { Question: Question.Startup, Status: 503 });
        AssertSound(answers);
    }

    /// <summary>Those that say ready or let somebody in; of a certain time, if one is given.</summary>
    private static IEnumerable<Answer> Opening(IReadOnlyList<Answer> answers, Func<Moment, bool>? before = null) =>
        answers.Where(answer => answer.Opens && before?.Invoke(answer.At) != false);

    /// <summary>Once it listens every question is answered, by nothing else than these, and what is open stays open.</summary>
    private static void AssertSound(IReadOnlyList<Answer> answers)
    {
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
    }

    private static IEnumerable<Answer> HeldAnswers(Poller poller, Moment released) => poller.Answers.Where(answer =>
        answer.Question is Question.Upgrade && answer.Fault is not SocketError.ConnectionRefused && answer.AskedAt.IsBefore(released));
}
