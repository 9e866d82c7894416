using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Load.Pairs;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures.Distributed;

/// <summary>
/// Processor time of two instances, together, per delivered token, at 50 tokens a second in each thread, and at 143, as fast models say them;
/// Redis's own beside it, and PostgreSQL's. All answers are spoken by instance A. One reader is at B, ten are at both in equal parts, as a balancer without stickiness
/// puts them. Then, at a pace at which nothing is merged, how old a token is when a reader at B has it.
/// </summary>
internal sealed class AcrossInstances(Scale scale, string built, Table table)
{
    private const double LeastAchieved = 0.9;
    private const string Median = "publish to delivery across instances, median";
    private const string Late = "publish to delivery across instances, 99 of 100";

    private sealed record Subject(string Name, ServerKind Kind, int MergeMs);

    private static readonly Subject[] Subjects =
    [
        new("Gatehouse AOT", ServerKind.Gatehouse, 40),
        new("SignalR", ServerKind.SignalR, 0),
        new("SignalR, merging", ServerKind.SignalR, 40),
        new("Socket.IO", ServerKind.SocketIo, 0),
        new("Socket.IO, merging", ServerKind.SocketIo, 40),
    ];

    /// <param name="PaceMs">Between two tokens of a thread.</param>
    private sealed record Fan(int Readers, int Threads, int PaceMs)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Readers} reader{(Readers > 1 ? "s" : "")} a thread, {1000d / PaceMs:0} tokens a second");
    }

    // Two servers, what they share and the load have one machine: fewer threads than for one server, so that none lacks processor time.
    private static readonly Fan[] Fans = [new(1, 60, PaceMs: 20), new(10, 15, PaceMs: 20), new(1, 60, PaceMs: 7), new(10, 5, PaceMs: 7)];

    // A token comes later than any server would wait for it to merge it with the one before.
    private static readonly Answer Slow = new(Tokens: 50, PaceMs: 100, MergeMs: 0, "time");

    public async Task MeasureAsync()
    {
        Declare();
        var pairs = new Dictionary<ServerKind, ServerPair>();
        try
        {
            foreach (var kind in Subjects.Select(static subject => subject.Kind).Distinct()) pairs[kind] = await ServerPair.StartAsync(kind, built);
            foreach (var pair in pairs.Values) await RunAsync(pair, Fans[0], Streaming(Fans[0], mergeMs: 0));     // lets the JIT settle
            for (var round = 0; round < scale.PairRounds; round++)
            {
                foreach (var fan in Fans)
                    foreach (var subject in Subjects) AddCost(subject, fan, await RunAsync(pairs[subject.Kind], fan, Streaming(fan, subject.MergeMs)));
                foreach (var subject in Subjects.DistinctBy(static subject => subject.Kind))
                    AddAge(subject, await RunAsync(pairs[subject.Kind], new(Readers: 1, Threads: 100, Slow.PaceMs), Slow));
            }
        }
        finally
        {
            foreach (var pair in pairs.Values) await pair.DisposeAsync();
        }
    }

    // In turns of five seconds.
    private static Answer Streaming(Fan fan, int mergeMs) => new(Tokens: 5000 / fan.PaceMs, fan.PaceMs, mergeMs);

    private static string Measure(string of, Fan fan) => $"{of} CPU per delivered token across instances, {fan}";

    private void Declare()
    {
        var ours = Subjects[0].Name;
        foreach (var fan in Fans)
        {
            var servers = Measure("servers'", fan);
            table.Declare(servers, "µs", Subjects.Skip(1).Select(other => (ours, other.Name)));
            table.Goal(servers, ours, "SignalR", 1);
            table.Goal(servers, ours, "Socket.IO", 0.4);
            table.Declare(Measure("Redis's", fan), "µs", Subjects.Skip(1).Select(other => (ours, other.Name)));
            table.Declare(Measure("PostgreSQL's", fan), "µs");
        }
        foreach (var measure in new[] { Median, Late })
            table.Declare(measure, "ms", Subjects.Skip(1).Where(static subject => subject.MergeMs == 0).Select(other => (ours, other.Name)));
        table.Goal(Median, ours, 5);
    }

    private Task<PairStreamResult> RunAsync(ServerPair pair, Fan fan, Answer answer) =>
        LoadProcess.RunAsync(new PairStreamPlan(
            pair.Pair, pair.Processes, pair.Shared.Redis.Process.Id, pair.Shared.Postgres, fan.Threads, fan.Readers, answer,
            scale.WarmSeconds, scale.MeasureSeconds));

    private void AddCost(Subject subject, Fan fan, PairStreamResult result)
    {
        Complain(subject, result);
        table.Add(Measure("servers'", fan), subject.Name, result.Servers);
        table.Add(Measure("Redis's", fan), subject.Name, result.Redis);
        if (result.Postgres is { } postgres) table.Add(Measure("PostgreSQL's", fan), subject.Name, postgres);
    }

    private void AddAge(Subject subject, PairStreamResult result)
    {
        Complain(subject, result);
        table.Add(Median, subject.Name, result.P50);
        table.Add(Late, subject.Name, result.P99);
    }

    private static void Complain(Subject subject, PairStreamResult result)
    {
        if (result.Achieved < LeastAchieved)
            Console.Error.WriteLine(
                $"  {subject.Name} delivered {result.Achieved:P0} of the tokens: the machine is too busy, or the servers too slow.");
    }
}
