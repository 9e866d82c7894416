using System.Net;
using System.Text.Json;
using Gatehouse.Consistency.Clients;
using Gatehouse.Consistency.Clusters;

namespace Gatehouse.Consistency;

/// <summary>What is said to running servers from a command line reaches the right one.</summary>
public sealed class ControlTests(ControlTests.Two cluster) : IClassFixture<ControlTests.Two>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Timeout = 120_000)]
    public async Task Draining_a_revision_closes_the_doors_of_its_servers_and_of_no_other()
    {
        await using var own = await Cluster.StartAsync(["blue", "green", "blue"]);
        var clients = await Task.WhenAll(own.Members.Select(member => WireClient.ConnectAsync(member.Server.Port)));

        var (code, line) = await own.JobAsync("drain", "--revision", "blue");

        Assert.True(code == 0, line);
        Assert.StartsWith("gatehouse-server drain: 2 of 3 instances are of the revision 'blue' and drain: ", line, StringComparison.Ordinal);
        foreach (var number in (int[])[0, 2])
        {
            Assert.Contains(clients[number].Welcome.GetProperty("instance").GetString()!, line, StringComparison.Ordinal);
            var goAway = await clients[number].NextAsync();
            Assert.Equal(("goaway", "Revision blue is taken out of service."), (Text(goAway, "type"), Text(goAway, "reason")));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await own.Members[number].Server.GetStatusAsync("/ready"));
            Assert.Equal(HttpStatusCode.OK, await own.Members[number].Server.GetStatusAsync("/health"));
        }
        Assert.Equal("threads", Text(await clients[1].AskAsync("threads"), "type"));      // and heard nothing before
        Assert.Equal(HttpStatusCode.OK, await own.Members[1].Server.GetStatusAsync("/ready"));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Theory(Timeout = 120_000)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_run_is_cancelled_wherever_it_executes(int executesOn)
    {
        await using var client = await WireClient.ConnectAsync(cluster.Members[executesOn].Server.Port);
        var threadId = Guid.NewGuid().ToString();
        var accepted = await client.AskAsync("run", ("threadId", threadId), ("messageId", Guid.NewGuid().ToString()), ("text", "on and on"), ("agent", "parrot"));
        var runId = Text(accepted, "runId");

        var (code, line) = await cluster.JobAsync("cancel", runId);

        Assert.True(code == 0, line);
        Assert.Equal($"gatehouse-server cancel: run {runId} of thread {threadId} is cancelled, if it had not ended", line);
        var end = await client.UntilAsync(message => Text(message, "type") == "events" && message.GetProperty("events").EnumerateArray().Any(IsEnd)).WaitAsync(Patience);
        Assert.Equal("cancelled", Text(end.GetProperty("events").EnumerateArray().Single(IsEnd).GetProperty("outcome"), "type"));
        var (again, _) = await cluster.JobAsync("cancel", runId);
        Assert.Equal(0, again);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(65, "no instance of the revision 'nobody' has answered; 2 of some revision listen", "drain", "--revision=nobody")]
    [InlineData(64, "--revision NAME is missing", "drain")]
    [InlineData(64, "--revision NAME is missing", "drain", "--revision")]
    [InlineData(64, "argument 1 is not known", "drain", "nobody")]
    [InlineData(64, "argument 3 names no setting of the server; --ConnectionStrings:Redis may be meant", "drain", "--revision", "x", "--ConnectionString:Redis=geheim")]
    [InlineData(64, "argument 2 is without a value", "cancel", "one", "--ConnectionStrings:Database")]
    [InlineData(78, "ConnectionStrings:Redis", "drain", "--revision", "x", "--ConnectionStrings:Redis=redis://:geheim@host:port")]
    [InlineData(69, "nothing listens", "drain", "--revision", "x", "--ConnectionStrings:Redis=127.0.0.1:1,password=geheim")]
    [InlineData(65, "there is no run of this id", "cancel", "nothing")]
    [InlineData(64, "the id of the run is missing", "cancel")]
    [InlineData(64, "argument 2 is not known", "cancel", "one", "two")]
    [InlineData(69, "Nothing listens", "cancel", "one", "--ConnectionStrings:Database=Host=127.0.0.1;Port=1;Database=x;Username=x;Password=geheim")]
    [InlineData(78, "ConnectionStrings:Database", "cancel", "one", "--ConnectionStrings:Database=geheim")]
    [InlineData(64, "'drian' is not a command; there are migrate, drain, cancel and monitoring", "drian")]
    public async Task What_cannot_be_done_is_said_in_one_line(int code, string says, params string[] arguments)
    {
        var (actual, line) = await cluster.JobAsync(arguments);

        Assert.True(actual == code, $"{actual}: {line}");
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("geheim", line, StringComparison.Ordinal);
    }

    private static bool IsEnd(JsonElement each) => Text(each, "type") is "RUN_FINISHED" or "RUN_ERROR";

    private static string Text(JsonElement message, string field) => message.GetProperty(field).GetString()!;

    public sealed class Two : IAsyncLifetime
    {
        private Cluster? _cluster;

        internal IReadOnlyList<Member> Members => _cluster!.Members;

        public async ValueTask InitializeAsync() => _cluster = await Cluster.StartAsync(2, $"--Parrot:Repeats={Words.Repeats}", "--Parrot:PaceMs=1000");

        public async ValueTask DisposeAsync()
        {
            if (_cluster is not null) await _cluster.DisposeAsync();
        }

        internal Task<(int Code, string Line)> JobAsync(params string[] arguments) => _cluster!.JobAsync(arguments);
    }
}
