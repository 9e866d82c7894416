using Gatehouse.Cli.Api;
using Gatehouse.Cli.Why;
using Gatehouse.Client;
using Gatehouse.CloudRun.Resources;
using Gatehouse.Diagnosis;
using Gatehouse.LocalRun;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.Cli.Demo;

/// <summary>The story, in three acts and a table. Everything that it tells has happened; where it does not happen as it should, it says so.</summary>
internal sealed class IncidentDemo(Terminal terminal, string naive, string ours, TimeProvider clock)
{
    private const string Old = "yesterday";
    private const string New = "gatehouse";
    private const string Indent = "      ";

    // Yesterday's probe waits 45 s before it looks for the first time. Nobody wants to see that.
    private const double Hurry = 8;
    private static readonly TimeSpan Answered = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(250);

    /// <returns>Whether it went as told.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        Say("The incident, for real: a chat service is deployed while its database has no tables yet (the migration is late), its Redis takes",
            "connections and cuts them again (connected, but not stable), its monitor dies of an exception, and the platform's probe looks too early.", "");
        await using var world = await DemoWorld.StartAsync(clock, cancellationToken);
        Lint();
        var old = await YesterdayAsync(world, cancellationToken);
        var (letIn, waited, causes) = await TodayAsync(world, cancellationToken);
        Say("", "WHAT IT CAME TO",
            "                         yesterday        Gatehouse",
            Row("let in, faults there", old.During, "held, not refused"),
            Row("let in, faults gone", old.After, FormattableString.Invariant($"{letIn} of {Browsers.Count}, after {waited.TotalSeconds:0.0} s")),
            Row("told why", "no", causes), "",
            FormattableString.Invariant($"It took {clock.GetElapsedTime(began).TotalSeconds:0} s, with a real PostgreSQL, a real Redis, and Cloud Run's rules on this machine."));
        return letIn is Browsers.Count && old.IsAsTold && causes.Contains("schema.migration_behind", StringComparison.Ordinal);
    }

    private void Lint()
    {
        Say("1  YESTERDAY'S MANIFEST, before it is deployed: gatehouse lint yesterday.yaml");
        foreach (var finding in DemoManifests.Findings) Say($"   line {finding.Line}, {finding.Rule.Id}: {finding.Reason}");
    }

    private async Task<(string During, string After, bool IsAsTold)> YesterdayAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        Say("", "2  YESTERDAY: that manifest, and a server as such servers are written (samples/Naive)");
        await world.CreateDatabaseAsync(Old, cancellationToken);
        world.Flap();
        await using var cloud = await StartCloudAsync(naive, Old, Hurry, cancellationToken);
        var service = DemoManifests.Service(DemoManifests.Yesterday, Old, Environment(world, Old));
        if (!IsReady(await cloud.ApplyAsync(service, cancellationToken))) throw new DemoException("yesterday's revision did not become ready, which it did in the incident");
        Say("   the platform asks /health, which says ok because something listens: the revision is \"ready\", and people are sent to it");
        var browsers = new Browsers(Old, cloud.Address.Port);
        var during = await browsers.KnockAsync(cancellationToken);
        Say($"   {Browsers.Count} browsers open a WebSocket:  {Told(during)}");
        await MigrateAsync(world, Old, cancellationToken);
        await world.CalmAsync();
        Say("   the migration lands, Redis is left alone: all is well again");
        var after = await browsers.KnockAsync(cancellationToken);
        Say($"   {Browsers.Count} browsers open a WebSocket:  {Told(after)}", "   its monitor met the missing table, threw, and is gone: it will say 503 until somebody restarts it, and does not say why");
        return (InOf(during), InOf(after), during.Concat(after).All(static status => status is 503));
    }

    private async Task<(int LetIn, TimeSpan Waited, string Causes)> TodayAsync(DemoWorld world, CancellationToken cancellationToken)
    {
        Say("", "3  TODAY: the manifest after gatehouse lint --fix, and Gatehouse, under the same faults");
        await world.CreateDatabaseAsync(New, cancellationToken);
        world.Flap();
        var address = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cloud = await StartCloudAsync(ours, New, 1, cancellationToken, happened =>
        {
            if (happened is InstanceStarting started) address.TrySetResult(started.Port);
        });
        var environment = Environment(world, New);
        environment["Admission__HoldSeconds"] = "60";       // the default is 10; a laptop may be slow
        environment["Admission__HandshakesPerSecond"] = "0";
        if (!IsReady(await cloud.ApplyAsync(DemoManifests.Service(DemoManifests.Mended, New, environment), cancellationToken)))
            throw new DemoException("the revision did not become ready");
        var clients = new Browsers(New, cloud.Address.Port).Clients();
        try
        {
            var connecting = clients.Select(client => client.ConnectAsync(cancellationToken)).ToList();
            var knocked = clock.GetTimestamp();
            var report = await WhyAsync(new Uri(FormattableString.Invariant($"http://127.0.0.1:{await address.Task.WaitAsync(cancellationToken)}")), cancellationToken);
            Say($"   {Browsers.Count} browsers open a WebSocket:  {connecting.Count(static each => !each.IsCompleted)} held at the door, none refused. Meanwhile it says why:", "");
            Tell(report);
            await MigrateAsync(world, New, cancellationToken);
            await world.CalmAsync();
            Say("   the migration lands, Redis is left alone");
            var letIn = await LetInAsync(connecting, cancellationToken);
            var waited = clock.GetElapsedTime(knocked);
            Say(FormattableString.Invariant($"   {letIn} of {Browsers.Count} are in, {waited.TotalSeconds:0.0} s after they knocked; nobody had to restart anything"), $"   \"Are you ready?\" – \"{await TurnAsync(clients[0], cancellationToken)}\"");
            return (letIn, waited, string.Join(", ", report.Roots.Select(static root => root.Code)));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }

    private async Task<int> LetInAsync(IReadOnlyList<Task> connecting, CancellationToken cancellationToken)
    {
        await Task.WhenAll(connecting).WaitAsync(Answered, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return connecting.Count(static each => each.IsCompletedSuccessfully);
    }

    private async Task<string> TurnAsync(GatehouseClient client, CancellationToken cancellationToken)
    {
        var thread = Guid.NewGuid().ToString();
        var accepted = await client.RunAsync(thread, "Are you ready?", cancellationToken: cancellationToken);
        await client.WaitForRunAsync(accepted.RunId, cancellationToken).WaitAsync(Answered, clock, cancellationToken);
        var text = client.Thread(thread)?.Messages.LastOrDefault()?.Content ?? "";
        return text.Split('\n')[0];
    }

    // Until it has found both: the first look may come before Redis has been cut.
    private async Task<DiagnosisReport> WhyAsync(Uri instance, CancellationToken cancellationToken)
    {
        using var api = new ServerApi(instance);
        var server = new WhyServer(api);
        var began = clock.GetTimestamp();
        while (true)
        {
            var report = (await server.ExplainAsync(Form.Text, cancellationToken)).Report;
            if (report.Roots.Count > 1 || clock.GetElapsedTime(began) > TimeSpan.FromSeconds(15)) return report;
            await Task.Delay(Breath, clock, cancellationToken);
        }
    }

    private async Task MigrateAsync(DemoWorld world, string database, CancellationToken cancellationToken) =>
        await DemoPrograms.RunAsync(ours, ["migrate"], cancellationToken, Environment(world, database));

    // The whys, and what to do now; the rest of the report is for who has the time.
    private void Tell(DiagnosisReport report)
    {
        var whole = DiagnosisText.Write(report, Math.Min(terminal.Width ?? DiagnosisText.DefaultWidth, DiagnosisText.DefaultWidth) - Indent.Length, terminal.HasStyle).TrimEnd().Split('\n');
        foreach (var line in whole.TakeWhile(static line => !line.Contains("ROOT CAUSES", StringComparison.Ordinal))) Say(line.Length is 0 ? "" : Indent + line);
        foreach (var remedy in report.Roots.SelectMany(static root => root.Remedies).Where(static remedy => remedy.When is RemedyTime.Now))
            Say($"{Indent}Now: {remedy.Text}{(remedy.Command is null ? "" : $"  →  {remedy.Command}")}");
        Say("", "   (gatehouse why tells the rest: what was ruled out, who is hit, what prevents it next time)", "");
    }

    private static async Task<LocalCloud> StartCloudAsync(string program, string image, double scale, CancellationToken cancellationToken, Action<CloudEvent>? sink = null)
    {
        var options = new LocalCloudOptions { Port = 0, TimeScale = scale, Sink = sink };
        options.Images[image] = new(program, []);
        return await LocalCloud.StartAsync(options, cancellationToken);
    }

    private static Dictionary<string, string> Environment(DemoWorld world, string database) => new()
    {
        ["ConnectionStrings__Database"] = world.Database(database),
        ["ConnectionStrings__Redis"] = world.Redis,
    };

    private static bool IsReady(Service service) => service.Status?.Conditions?.FirstOrDefault(static each => each.Type is "Ready")?.Status is "True";

    private static string Told(int[] statuses) =>
        string.Join(", ", statuses.GroupBy(static status => status).OrderBy(static group => group.Key).Select(static group => FormattableString.Invariant($"{group.Count()} × {group.Key}")));

    private static string InOf(int[] statuses) => FormattableString.Invariant($"{statuses.Count(static status => status is 101)} of {statuses.Length}");

    private static string Row(string what, string old, string now) => $"   {what,-22}{old,-17}{now}";

    private void Say(params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines) terminal.Write($"{line}\n");
    }
}
