using System.Diagnostics;
using Gatehouse.Consistency.Clients;
using Gatehouse.Consistency.Clusters;
using Gatehouse.Consistency.Faults;
using Npgsql;

namespace Gatehouse.Consistency;

/// <summary>How one run of the checker is made.</summary>
internal sealed record Plan(int Seed, int Servers, TimeSpan Time, int Hands)
{
    public int Threads { get; init; } = 6;

    public int ReadersPerThread { get; init; } = 2;

    public IReadOnlyList<Fault> Faults { get; init; } = Fault.All;

    /// <summary>Pause between two tokens of an answer.</summary>
    public int PaceMs { get; init; } = 10;

    /// <summary>The longest rest of a writer between two messages; most are short.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How many messages a writer sends at most: their runs come one after the other, and all must be over within the healing.</summary>
    public int MostMessages { get; init; } = int.MaxValue;

    /// <summary>How much more memory a server may have at the end of the faults than at their beginning; null if that is not asked.</summary>
    public long? MostGrowth { get; init; }

    /// <summary>Whether a client that cannot connect must get through when it tries again.</summary>
    public bool RetrySucceeds { get; init; }

    /// <summary>How long everything may take to come to rest after the last fault.</summary>
    public TimeSpan Healing { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// Writers and readers on a real cluster with a nemesis: while it rages each reader checks what it is given; when it has ended,
/// everything must come to rest, and be what the database says.
/// </summary>
internal sealed class ConsistencyRun(Plan plan, Action<string> tell)
{
    /// <summary>Short, so that it runs out often.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4.5);       // 2.25 heartbeats

    private readonly Words _words = new();
    private readonly Violations _violations = new();

    public async Task<IReadOnlyList<string>> RunAsync()
    {
        // A short window too; and a heartbeat that readers notice soon.
        await using var cluster = await Cluster.StartAsync(plan.Servers,
            $"--Runs:LeaseSeconds={Lease.TotalSeconds}", "--Chat:HeartbeatSeconds=2", "--Chat:ReconnectMs=50", "--Log:Window=200",
            $"--Parrot:Repeats={Words.Repeats}", $"--Parrot:PaceMs={plan.PaceMs}");
        try
        {
            await RunAsync(cluster);
        }
        catch
        {
            foreach (var member in cluster.Members) tell($"{member}:\n{member.Server.Output}");
            throw;
        }
        if (_violations.All.Count > 0)
            foreach (var member in cluster.Members) tell($"{member}:\n{member.Server.Output}");
        return _violations.All;
    }

    private async Task RunAsync(Cluster cluster)
    {
        using var writing = new CancellationTokenSource();
        using var reading = new CancellationTokenSource();
        var seeds = new Random(plan.Seed);
        var nemesis = new Nemesis(cluster, plan.Faults, seeds.Next(), plan.Hands, tell);
        var threadIds = Enumerable.Range(0, plan.Threads).Select(_ => Guid.NewGuid().ToString()).ToList();
        var writers = threadIds.Select((id, number) => new Writer(
            number, id, new(cluster, new(seeds.Next()), Silence), new(seeds.Next()), plan.Rest, plan.MostMessages, _words, _violations)).ToList();
        var writes = writers.Select(writer => Task.Run(() => writer.RunAsync(writing.Token))).ToList();
        await Task.WhenAll(writers.Select(writer => writer.Begun.Task)).WaitAsync(plan.Healing);
        var readers = threadIds.SelectMany((id, number) => Enumerable.Range(0, plan.ReadersPerThread).Select(reader => new Reader(
            new($"reader {number}.{reader}", id, _violations), new(cluster, new(seeds.Next()), Silence), new(seeds.Next()), _violations))).ToList();
        var reads = readers.Select(reader => Task.Run(() => reader.RunAsync(reading.Token))).ToList();

        var before = cluster.Members.ToDictionary(member => member, member => member.Server.ResidentBytes);
        var raging = nemesis.RunAsync(plan.Time);
        await Task.WhenAny([raging, .. writes, .. reads]);      // a client that ends early has met what it cannot explain
        await raging;
        foreach (var (member, bytes) in before) CheckMemory(member, bytes);
        await writing.CancelAsync();
        var healing = Stopwatch.StartNew();
        await Task.WhenAll(writes).WaitAsync(plan.Healing);
        await using var database = NpgsqlDataSource.Create(cluster.Postgres.ConnectionString());
        var stored = await SettleAsync(database, readers, healing);
        await reading.CancelAsync();
        await Task.WhenAll(reads).WaitAsync(plan.Healing);

        var checker = new Checker(_words, _violations);
        foreach (var (threadId, thread) in stored) checker.CheckStore(threadId, thread);
        foreach (var reader in readers) checker.CheckReader(reader.View, stored[reader.View.ThreadId]);
        CheckRetries(writers.Sum(writer => writer.FailedRetries) + readers.Sum(reader => reader.FailedRetries));
        Report(nemesis, writers, readers, healing.Elapsed);
    }

    // At rest: no run is open, and every reader has as many messages as the store, or the time is up and the checker says what is missing.
    private async Task<Dictionary<string, StoredThread>> SettleAsync(NpgsqlDataSource database, IReadOnlyList<Reader> readers, Stopwatch healing)
    {
        while (await StoredThread.OpenRunsAsync(database) > 0 && healing.Elapsed < plan.Healing) await Task.Delay(100);
        var stored = new Dictionary<string, StoredThread>(StringComparer.Ordinal);
        foreach (var threadId in _words.Accepted.Keys) stored[threadId] = await StoredThread.ReadAsync(database, threadId);
        using var timeUp = new CancellationTokenSource(plan.Healing - healing.Elapsed is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero);
        await Task.WhenAll(readers.Select(reader => reader.View.HasAsync(stored[reader.View.ThreadId], timeUp.Token)));
        return stored;
    }

    private void CheckMemory(Member member, long before)
    {
        var now = member.Server.ResidentBytes;
        tell($"{member}: {before >> 20} MiB at first, {now >> 20} MiB after the faults");
        if (plan.MostGrowth is { } most) _violations.Unless(now - before <= most, $"{member} has grown from {before >> 20} MiB to {now >> 20} MiB");
    }

    private void CheckRetries(int failed)
    {
        tell($"{failed} connections were not to be had when they were tried again");
        if (plan.RetrySucceeds) _violations.Unless(failed == 0, $"{failed} connections were not to be had when they were tried again");
    }

    private void Report(Nemesis nemesis, IReadOnlyList<Writer> writers, IReadOnlyList<Reader> readers, TimeSpan healed)
    {
        tell($"seed {plan.Seed}: {plan.Servers} servers, {nemesis.Done.Values.Sum()} faults of {nemesis.Done.Count} kinds in {plan.Time.TotalSeconds:0} s; at rest {healed.TotalSeconds:0.0} s after the last");
        tell($"{_words.Accepted.Values.Sum(messages => messages.Count)} messages, {_words.Count} words accepted; {writers.Sum(writer => writer.Later)} times told to come later");
        tell($"{readers.Sum(reader => reader.View.Events)} events and {readers.Sum(reader => reader.View.Snapshots)} snapshots read; "
            + $"{readers.Sum(reader => reader.Failures)} lost connections, {readers.Sum(reader => reader.Resumed.Replayed)} resumed from the log");
        TimeSpan[] pauses = [.. readers.Select(reader => reader.View.LongestPause).Order()];
        tell($"longest pause within an answer: p50 {pauses[pauses.Length / 2].TotalMilliseconds:0} ms, p99 {pauses[pauses.Length * 99 / 100].TotalMilliseconds:0} ms, most {pauses[^1].TotalMilliseconds:0} ms");
        tell($"{_violations.All.Count} violations");
    }
}
