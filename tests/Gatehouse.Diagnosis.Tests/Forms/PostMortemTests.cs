namespace Gatehouse.Diagnosis.Tests;

/// <summary>What a post-mortem says, and what it does not claim to know.</summary>
public sealed class PostMortemTests
{
    private static readonly Case Given = new() { At = SampleReports.At };

    [Fact]
    public void It_has_every_section_in_the_order_of_reading()
    {
        string[] sections =
        [
            "Summary", "Environment", "Impact", "Timeline", "What went wrong", "What should have happened", "Why", "Root cause", "Contributing factors",
            "Ruled out", "Detection gap", "What to do", "Earlier incidents with the same root", "Open questions",
        ];
        var text = PostMortem.Write(SampleReports.OneRoot, Given);
        Assert.Equal(sections, text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]));
        Assert.DoesNotContain("\n\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_known_is_said_to_be_so_or_left_out()
    {
        var text = PostMortem.Write(new() { At = Given.At, Subject = new(), Verdict = Verdict.InsufficientEvidence, Summary = "Nobody knows." }, Given);
        Assert.Contains("| Upgrades refused | not known |", text, StringComparison.Ordinal);
        Assert.Contains("| Lasted | not known |", text, StringComparison.Ordinal);
        Assert.Contains("Not known: the evidence does not reach one.", text, StringComparison.Ordinal);
        Assert.Contains("## Earlier incidents with the same root\n\nNone is known.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("| Service |", text, StringComparison.Ordinal);
        Assert.DoesNotContain("```mermaid", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Impact_and_actions_come_from_the_incident()
    {
        var context = new PostMortemContext
        {
            IncidentId = "INC-7",
            OpenedAt = SampleReports.OneRoot.Onset!.Value.AddSeconds(125),
            NoticedBy = "an alert",
            ClosedAt = SampleReports.OneRoot.Onset.Value.AddMinutes(31),
            Impact = new() { UpgradesRefused = 2000, ChatsCut = 1, Users = 40 },
            Actions = [new(SampleReports.OneRoot.Onset.Value.AddSeconds(200), "ran the migrations", "the door opened after 1 s")],
        };
        var text = PostMortem.Write(SampleReports.OneRoot, Given, context);
        Assert.Contains("Incident `INC-7` · began 2026-11-24 14:03:05.12 UTC · noticed 2026-11-24 14:05:10.12 UTC · over 2026-11-24 14:34:05.12 UTC · explanation: **confirmed**", text, StringComparison.Ordinal);
        Assert.Contains("2,000 upgrades were refused; 1 chat was cut or left without an answer; it lasted 31 min.", text, StringComparison.Ordinal);
        Assert.Contains("| People who met it | 40 |", text, StringComparison.Ordinal);
        Assert.Contains("| 14:06:25.12 | Ran the migrations. Result: the door opened after 1 s. | action |", text, StringComparison.Ordinal);
        Assert.Contains("The harm was noticed after 2 min 5 s, by an alert.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_earlier_incidents_with_the_same_root_are_told_the_latest_first()
    {
        var context = new PostMortemContext
        {
            Earlier =
            [
                new("INC-1", new(2026, 3, 2), ["schema.table_missing"]) { Tried = "ran the migrations by hand", Helped = true },
                new("INC-2", new(2026, 5, 2), ["redis.down"]),
                new("INC-3", new(2026, 7, 2), ["redis.down", "schema.table_missing"]) { Tried = "restarted the service", Helped = false },
            ],
        };
        var text = PostMortem.Write(SampleReports.OneRoot, Given, context);
        Assert.Contains(
            """
            | Date | Incident | Root | What was tried | What came of it |
            | --- | --- | --- | --- | --- |
            | 2026-07-02 | INC-3 | `redis.down`, `schema.table_missing` | restarted the service. | It did not help. |
            | 2026-03-02 | INC-1 | `schema.table_missing` | ran the migrations by hand. | It ended that incident, but the cause came back. |

            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.DoesNotContain("INC-2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_happens_again_and_again_is_told_once()
    {
        var report = SampleReports.OneRoot with { Timeline = [.. Enumerable.Range(0, 5).Select(second => new Happening(SampleReports.At.AddSeconds(second), EvidenceSource.History, "redis breaks") { About = "redis" })] };
        Assert.Contains("| 14:08:40 | redis breaks. 5 times until 14:08:44. | history |", PostMortem.Write(report, Given), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_were_read_once_are_not_read_again_but_no_evidence_is_lost()
    {
        var told = new AlreadySaid();
        told.Remember("It says: a reason that is quite long, and more.");
        Assert.Equal("schema is failed", told.Shorten("schema is failed: a reason that is quite long, and more."));
        Assert.Equal("as above", told.Shorten("a reason that is quite long, and more"));
        Assert.Equal("something else that is long enough to matter", told.Shorten("something else that is long enough to matter"));
        Assert.Equal("as above", told.Shorten("something else that is long enough to matter"));
        Assert.Equal("short", told.Shorten("short"));
        Assert.Equal("short", told.Shorten("short"));
    }
}
