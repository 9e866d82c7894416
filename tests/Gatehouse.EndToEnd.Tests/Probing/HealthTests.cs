using System.Net.Sockets;

namespace Gatehouse.EndToEnd.Probing;

/// <summary><c>/health</c> is about the process: it stays 200 whatever happens to others, and does not when the process itself is ill.</summary>
public sealed class HealthTests
{
    // What a platform might give its probe; and what a healthy process may need on a machine that is busy with other tests.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 120_000)]
    public async Task It_stays_200_when_every_dependency_is_gone()
    {
        await using var dependency = StandIn.Start();
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", $"--Dependency:Port={dependency.Port}"));
        server.SetWorld("up");
        await server.ReadyAsync();
        await using var poller = Poller.Start(server.Port, TimeSpan.FromMilliseconds(10));
        using var probes = new ProbeClient(server.Port);

        var data = server.DataDirectory;
        server.SetWorld("down");
        await dependency.LeaveAsync();
        Directory.Move(data, data + ".gone");
        try
        {
            string[] lost = ["world", "dependency", "database", "schema"];
            await probes.UntilAsync("/ready", answer => lost.All(node => answer.StateOf(node) == "failed"));
            var gone = Moment.Now;
            await poller.UntilAsync(polled => polled.Answers.Count(answer => answer.Question is Question.Health && gone.IsBefore(answer.AskedAt)) > 100);
        }
        finally
        {
            Directory.Move(data + ".gone", data);
        }
        Assert.True(poller.Count(Question.Ready, 503) > 100);
        Assert.True(poller.Count(Question.Upgrade, 503) > 100);
        Assert.All(poller.Answers, answer => Assert.True(answer.Question is not (Question.Health or Question.Startup) || answer.Status == 200, $"{answer}"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_starved_thread_pool_answers_nothing_within_the_probes_timeout_until_it_is_fed_again()
    {
        await using var starved = await ServerProcess.StartAsync(ServerSetup.Host("--Starve:File=starve"));
        await using var control = await ServerProcess.StartAsync(ServerSetup.Host("--Starve:File=starve"));
        Assert.Equal(200, (await HealthAsync(starved, Patience)).Status);

        await File.WriteAllTextAsync(Path.Combine(starved.DataDirectory, "starve"), "");
        while ((await HealthAsync(starved, Timeout)).Status == 200) await Task.Delay(10);
        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(SocketError.TimedOut, (await HealthAsync(starved, Timeout)).Fault);
            Assert.Equal(200, (await HealthAsync(control, Patience)).Status);
        }

        File.Delete(Path.Combine(starved.DataDirectory, "starve"));
        while ((await HealthAsync(starved, Patience)).Status != 200) await Task.Delay(10);
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_something_is_left_to_answer_a_starved_thread_pool_is_503_with_the_reason()
    {
        await using var server = await ServerProcess.StartAsync(ServerSetup.Host("--Starve:File=starve", "--Starve:SparesListener=true") with
        {
            Environment = new Dictionary<string, string?> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" },
        });
        using var probes = new ProbeClient(server.Port);        // its connection stays: a new one would need the pool
        Assert.Equal(200, (await probes.AskAsync("/health")).Status);

        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "starve"), "");
        var broken = await probes.UntilAsync("/health", answer => answer.Status == 503);
        Assert.StartsWith("the thread pool has kept work waiting", broken.Body.GetProperty("error").GetString());

        File.Delete(Path.Combine(server.DataDirectory, "starve"));
        await probes.UntilAsync("/health", answer => answer.Status == 200);
    }

    private static Task<Answer> HealthAsync(ServerProcess server, TimeSpan patience) => Probe.AskAsync(server.Port, Question.Health, patience);
}
