using Gatehouse.EndToEnd.Harness;
using Gatehouse.Testing.Models;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>What an instance has done since it started, by which a rollout tells one revision from another.</summary>
public sealed class TotalsTests
{
    [Fact(Timeout = 120_000)]
    public async Task Upgrades_and_turns_are_counted_by_how_they_ended()
    {
        await using var provider = await FakeModelProvider.StartAsync();
        provider.Then(ModelAnswer.Saying("well"), ModelAnswer.Refusing(401));
        await using var server = await ServerProcess.StartAsync(
            $"--Agent:Endpoint={provider.Endpoint}", "--Agent:Model=fake-model", "--Agent:ApiKey=secret", "--Admission:MaxConnections=1");
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.TurnAsync("a turn that ends well");
        await client.TurnAsync("a turn that does not");
        await Assert.ThrowsAsync<WireClosedException>(() => WireClient.ConnectAsync(server.Port));      // one too many is no fault of the revision

        using var live = new StatusStream(server.Port);
        await live.UntilAsync(static status =>
        {
            var totals = Assert.Single(status.GetProperty("instances").EnumerateArray()).GetProperty("totals");
            Assert.True(totals.GetProperty("memoryBytes").GetInt64() > 10_000_000);
            return totals.GetProperty("accepted").GetInt64() is 1 && totals.GetProperty("refused").GetInt64() is 0
                && totals.GetProperty("turns").GetInt64() is 2 && totals.GetProperty("failed").GetInt64() is 1;
        });
    }
}
