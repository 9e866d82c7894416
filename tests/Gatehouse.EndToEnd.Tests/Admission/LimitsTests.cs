using System.Net;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Admission;

/// <summary>Limits on connections and handshakes, of the user whom the trusted proxy names; and the lane of those who return.</summary>
public sealed class LimitsTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_user_has_20_connections_and_another_one_has_his_own()
    {
        await using var world = await World.StartAsync("--Admission:TrustedHops=1", "--Admission:HandshakesPerSecond=0");
        await world.RaiseAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(world, "203.0.113.7")));

        using var refused = await world.UpgradeAsync("", ("X-Forwarded-For", "198.51.100.1, 203.0.113.7"));
        await World.AssertRefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_connections");
        await using var other = await ConnectAsync(world, "203.0.113.8");

        await clients[0].CloseAsync();
        while (await world.Server.MetricAsync("gatehouse_connections") > 20) await Task.Delay(10);
        await using var again = await ConnectAsync(world, "203.0.113.7");
        foreach (var client in clients) await client.DisposeAsync();
        Assert.Equal(1, await world.HandshakesAsync("outcome=\"refused\",reason=\"too_many_connections\""));
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_shows_a_resume_token_takes_a_lane_of_his_own_and_a_forged_one_opens_nothing()
    {
        // One a second; the connections below come far faster than the bucket of the shared user fills.
        await using var world = await World.StartAsync("--Admission:TrustedHops=1", "--Admission:HandshakesPerSecond=1", "--Admission:ConnectionsPerUser=0");
        await world.RaiseAsync();
        await using var first = await ConnectAsync(world, "203.0.113.7");
        var token = first.Welcome.Text("resumeToken");
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ConnectAsync(world, "203.0.113.7", $"?resume={token}")));
        foreach (var client in clients) await client.DisposeAsync();
        Assert.Equal(50, await world.HandshakesAsync("outcome=\"accepted\",reason=\"resumed\""));

        var forged = Enumerable.Range(0, 50).Select(_ => world.UpgradeAsync($"?resume={token[..^1]}", ("X-Forwarded-For", "198.51.100.9")));
        var answers = await Task.WhenAll(forged);
        Assert.Contains(answers, answer => answer.StatusCode is HttpStatusCode.TooManyRequests);
        await Explained.ByAsync(world.Server, "admission.rate_limited");
        Assert.Equal(50, await world.HandshakesAsync("outcome=\"accepted\",reason=\"resumed\""));
        foreach (var answer in answers) answer.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_trusted_proxy_the_header_is_ignored_and_a_local_address_is_not_taken_for_one_user()
    {
        await using var world = await World.StartAsync("--Admission:HandshakesPerSecond=1", "--Admission:ConnectionsPerUser=1");
        await world.RaiseAsync();
        var clients = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ConnectAsync(world, "203.0.113.7")));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_instance_has_a_bound_too()
    {
        await using var world = await World.StartAsync("--Admission:MaxConnections=3");
        await world.RaiseAsync();
        var clients = await Task.WhenAll(world.Connect(3));
        using var refused = await world.UpgradeAsync();
        await World.AssertRefusedAsync(refused, HttpStatusCode.TooManyRequests, "too_many_connections");
        await Explained.ByAsync(world.Server, "admission.full");
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_token_of_another_instance_counts_where_both_have_the_same_key()
    {
        const string Key = "--Admission:ResumeKey=one key for all the instances of us";
        string token;
        await using (var before = await World.StartAsync(Key))
        {
            await before.RaiseAsync();
            await using var client = await WireClient.ConnectAsync(before.Port);
            token = client.Welcome.Text("resumeToken");
            Assert.DoesNotContain("one key", before.Server.Output);
        }
        await using var world = await World.StartAsync(Key);
        await world.RaiseAsync();
        await using var back = await WireClient.ConnectAsync(world.Port, query: $"?resume={token}");
        Assert.Equal(1, await world.HandshakesAsync("outcome=\"accepted\",reason=\"resumed\""));
    }

    private static Task<WireClient> ConnectAsync(World world, string user, string query = "") =>
        WireClient.ConnectAsync(world.Port, options => options.SetRequestHeader("X-Forwarded-For", user), query);
}
