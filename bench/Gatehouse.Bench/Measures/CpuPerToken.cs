using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// Processor time of the server per delivered token, at 50 tokens a second in each thread, in turns of five seconds that follow
/// each other. Gatehouse stores each message, merges the tokens of 40 ms, and stores the answer; the others do none of this, so
/// they are measured both as they are usually written, a message per token, and merging alike.
/// </summary>
internal sealed class CpuPerToken(Scale scale, string built, Table table)
{
    private const double LeastAchieved = 0.9;

    private sealed record Subject(string Name, ServerKind Kind, int MergeMs);

    private static readonly Subject[] Subjects =
    [
        new("Gatehouse AOT", ServerKind.Gatehouse, 40),
        new("Gatehouse JIT", ServerKind.GatehouseJit, 40),
        new("SignalR", ServerKind.SignalR, 0),
        new("SignalR, merging", ServerKind.SignalR, 40),
        new("Socket.IO", ServerKind.SocketIo, 0),
        new("Socket.IO, merging", ServerKind.SocketIo, 40),
    ];

    // Readers of a thread, and threads: enough to see, and not so much that a server or the load lacks processor time.
    private static readonly (int Readers, int Threads)[] Fans = [(1, 150), (10, 30)];

    public async Task MeasureAsync()
    {
        foreach (var (readers, _) in Fans)
            table.Declare(Measure(readers), "µs", Subjects.Skip(1).Select(other => (Subjects[0].Name, other.Name)));
        var servers = new Dictionary<ServerKind, ServerProcess>();
        try
        {
            foreach (var kind in Subjects.Select(subject => subject.Kind).Distinct()) servers[kind] = await ServerProcess.StartAsync(kind, built);
            foreach (var kind in servers.Keys) await RunAsync(servers[kind], kind, 0, Fans[0]);    // lets the JIT settle
            for (var round = 0; round < scale.StreamRounds; round++)
                foreach (var fan in Fans)
                    foreach (var subject in Subjects)
                        await AddAsync(subject, servers[subject.Kind], fan);
        }
        finally
        {
            foreach (var server in servers.Values) server.Dispose();
        }
    }

    private static string Measure(int readers) => $"server CPU per delivered token, {readers} reader{(readers > 1 ? "s" : "")} a thread";

    private async Task AddAsync(Subject subject, ServerProcess server, (int Readers, int Threads) fan)
    {
        var result = await RunAsync(server, subject.Kind, subject.MergeMs, fan);
        if (result.Achieved < LeastAchieved)
            Console.Error.WriteLine($"  {subject.Name} delivered {result.Achieved:P0} of the tokens: the machine is too busy, or the server too slow.");
        table.Add(Measure(fan.Readers), subject.Name, result.CpuMicrosecondsPerToken);
    }

    private Task<StreamLoadResult> RunAsync(ServerProcess server, ServerKind kind, int mergeMs, (int Readers, int Threads) fan) =>
        LoadProcess.RunAsync(new StreamLoadPlan(
            kind.Wire, server.Port, server.Id, fan.Threads, fan.Readers, new(Tokens: 250, PaceMs: 20, mergeMs), scale.WarmSeconds, scale.MeasureSeconds));
}
