namespace Gatehouse.Diagnosis.Tests;

/// <summary>
/// The incident that this system grew out of, as its own instance would have kept it: the tables are missing because the migration
/// lags behind the deployment, Redis is connected but not stable, the monitor's callback throws, the first probe gave up too early.
/// </summary>
public sealed class ExampleTests
{
    private const string Write = "GATEHOUSE_WRITE_EXAMPLES";
    private const string CaseFile = "docs/examples/incident-2026-10-14.json";

    private static readonly PostMortemContext Context = new()
    {
        Title = "Every WebSocket upgrade of agent-chat was refused with 503",
        IncidentId = "INC-2026-10-14",
        OpenedAt = At("09:01:41"),
        NoticedBy = "the alert on refused upgrades",
        ClosedAt = At("09:05:58"),
        Impact = new() { UpgradesRefused = 1_126, ChatsCut = 37, Users = 214 },
        Actions =
        [
            new(At("09:01:55"), "raised the failure threshold of the start-up probe from 30 to 240", "the instance is not killed any more, and still not ready"),
            new(At("09:05:12"), "ran the migrations by hand, without waiting for the job's queue", "the schema is ready within a second"),
            new(At("09:05:20"), "raised the idle limit of the proxy before Redis", "the connections last, and the window is unbroken after 10 s"),
            new(At("09:05:40"), "rolled the change of the monitor back", "the monitor runs again"),
        ],
        Earlier =
        [
            new("INC-2026-06-02", new(2026, 6, 2), ["schema.migration_behind"]) { Tried = "deployed again after the migration had ended", Helped = true },
            new("INC-2026-08-19", new(2026, 8, 19), ["redis.flapping_kill"]) { Tried = "doubled the connect timeout of the client", Helped = false },
            new("INC-2026-09-03", new(2026, 9, 3), ["provider.rate_limited"]) { Tried = "raised the quota", Helped = true },
        ],
    };

    private static Case Given => DiagnosisJson.ReadCase(Read(CaseFile));

    [Fact]
    public void Its_causes_are_all_found()
    {
        var report = FiveWhys.Explain(Given);
        Assert.Equal(Verdict.Confirmed, report.Verdict);
        Assert.Equal(["monitor.callback", "redis.flapping_kill", "schema.migration_behind"], report.Roots.Select(root => root.Code).Order());
        Assert.Contains("factor.probe_kills", report.Factors.Select(factor => factor.Code));
        Assert.Contains("factor.migration_after_deployment", report.Factors.Select(factor => factor.Code));
    }

    [Theory]
    [InlineData("docs/examples/postmortem-2026-10-14.md")]
    [InlineData("docs/examples/why-2026-10-14.txt")]
    public void The_example_in_the_documentation_is_what_the_engine_and_the_forms_make_of_it(string file)
    {
        var report = FiveWhys.Explain(Given);
        var made = file.EndsWith(".md", StringComparison.Ordinal) ? PostMortem.Write(report, Given, Context) : DiagnosisText.Write(report);
        if (Environment.GetEnvironmentVariable(Write) is { Length: > 0 }) File.WriteAllText(Path.Combine(Root, file), made);
        Assert.True(Read(file) == made, $"{file} is not what is made of {CaseFile}. Run this test once with {Write}=1 and look at the difference.");
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-10-14T{time}Z", System.Globalization.CultureInfo.InvariantCulture);

    private static string Read(string file) => File.Exists(Path.Combine(Root, file)) ? File.ReadAllText(Path.Combine(Root, file)) : "";

    private static string Root { get; } = Find();

    private static string Find()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gatehouse.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
