namespace Gatehouse.Diagnosis.Tests;

/// <summary>A report on a terminal.</summary>
public sealed class DiagnosisTextTests
{
    public static TheoryData<string> Samples => [.. SampleReports.Named.Keys];

    [Fact]
    public void One_root_is_a_run_of_numbered_whys_and_says_what_to_do()
    {
        Assert.Equal(
            """
            CONFIRMED · chat, revision chat-00042, instance i-7f3a, build 1.4.0, 2026-11-24 14:08:40 UTC

            89 upgrades refused with 503.
            89 upgrades were refused with 503, because the table agent_executions is missing: its migration has
            not been applied.
            It began at 2026-11-24 14:03:05.12 UTC and had lasted 5 min 34.9 s when this was read.

            WHY
            1. Why are WebSocket upgrades refused? [symptom]
               The front door is closed.
               - 89 upgrades refused as not_ready (front door of chat, 14:03:05.12)
            2. Why is the front door closed? [admission]
               The node chat is not ready.
            3. Why is chat not ready? [node:chat]
               It waits for schema.
            4. Why is schema not ready? [node:schema]
               It fails: relation "agent_executions" does not exist. Since 14:03:05.12.
               - failed 12 times in a row (state of schema, 42P01)
            5. Why does the table not exist? [cause:schema.table_missing]
               The migration that makes it has not been applied.
               = Root cause: a table is missing (schema.table_missing)

            ROOT CAUSE
            - A table is missing. [schema.table_missing]
              Confirmed, after 5 whys, at schema, since 14:03:05.12.
              95 points: signature 42P01 (+50), whole path (+45).

            WHAT TO DO
            - Now: Apply the migrations. (who is on call, low risk, cannot be undone)
                  gatehouse-server migrate --ConnectionStrings:Database "Host=<host>;Database=<name>;Username=<user>" --with-a-very-long-option
            - Prevent: Let the pipeline wait for the migration. (who keeps the platform, low risk)

            WHO IS HIT
            - New connections are not let in.
            - 1,289 upgrades refused, 1 connection still open.
            - Down: schema and chat.
            - Up, but at risk: monitor.

            WHAT MADE IT WORSE
            - The start-up probe connects only, so it passed before the service could do its job.
              [probe.too_early]

            RULED OUT
            - redis: It was ready all the time.
              - ready since 14:00:58 (state)

            WHY NOBODY SAW IT SOONER
            - No alert looks at refused upgrades. It was there for 3 min 5 s before.

            NOT KNOWN
            - When did the migration job last run?

            """.Replace("5 min 34.9 s", Wording.Duration(SampleReports.OneRoot.BlastRadius.Lasts!.Value), StringComparison.Ordinal),
            DiagnosisText.Write(SampleReports.OneRoot), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Several_roots_are_branches_and_where_they_meet_it_is_said_once()
    {
        Assert.Contains(
            """
            2. Why is chat not ready? [node:chat]
               It waits for schema and redis.
               │
               ├─ 3a. Why is schema not ready? [node:schema]
               │      It fails: relation "agent_executions" does not exist. Since 14:03:05.12.
               │      - failed 12 times in a row (state of schema, 42P01)
               │  4a. Why does the table not exist? [cause:schema.table_missing]
               │      The migration that makes it has not been applied.
               │      = Root cause: a table is missing (schema.table_missing)
               │
               └─ 3b. Why is redis not ready? [node:redis]
                      Its connection breaks again and again, so it never stands long enough.
                      - 8 broken connections in 40 s (history of redis, connection_lost)
                     │
                     ├─ 4ba. Why does the connection break? [cause:redis.flapping]
                     │       Redis restarts.
                     │  5ba. Why does Redis restart? [unknown]
                     │       The evidence ends here.
                     │       = Likely root cause: Redis is connected but not stable (redis.flapping)
                     │
                     └─ 4bb. Why is schema needed? [node:schema/2]
                             It keeps the scripts. The same as 3a [node:schema].
            """.ReplaceLineEndings("\n"), DiagnosisText.Write(SampleReports.TwoRoots), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void No_line_is_wider_than_the_width_but_a_command(string name)
    {
        var commands = SampleReports.Named[name].Roots.SelectMany(root => root.Remedies).SelectMany(remedy => PlainText.Lines(remedy.Command ?? "")).ToHashSet();
        foreach (var width in (int[])[40, 61, 100, 200])
        {
            var text = DiagnosisText.Write(SampleReports.Named[name], width);
            Assert.All(text.Split('\n'), line => Assert.True(Columns.Of(line) <= width || commands.Contains(line.TrimStart(' ')), $"{width}: {line}"));
        }
        Assert.Equal(DiagnosisText.Write(SampleReports.Named[name], 40), DiagnosisText.Write(SampleReports.Named[name], 3));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Style_adds_escapes_and_nothing_else_and_no_text_brings_its_own(string name)
    {
        var plain = DiagnosisText.Write(SampleReports.Named[name]);
        var styled = DiagnosisText.Write(SampleReports.Named[name], hasStyle: true);
        Assert.DoesNotContain('\e', plain);
        Assert.NotEqual(plain, styled);
        Assert.Equal(plain, System.Text.RegularExpressions.Regex.Replace(styled, "\e\\[[0-9;]+m", ""));
        Assert.All(plain, c => Assert.True(c is '\n' || !char.IsControl(c)));
    }

    [Fact]
    public void Health_is_two_lines_and_what_is_not_known_is_said()
    {
        Assert.Equal("HEALTHY · chat, 2026-11-24 14:08:40 UTC\n\nNothing is wrong that anybody would notice.\n\nNOW\n- New connections are let in.\n- 214 connections still open.\n",
            DiagnosisText.Write(SampleReports.Healthy));
        var unknown = DiagnosisText.Write(SampleReports.Insufficient);
        Assert.StartsWith("INSUFFICIENT EVIDENCE · 2026-11-24", unknown, StringComparison.Ordinal);
        Assert.Contains("TO BE LOOKED AT AGAIN\n- database: It has said nothing for 2 min.\n", unknown, StringComparison.Ordinal);
        Assert.Contains("NOT KNOWN\n- Is the database up?\n", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_very_deep_tree_keeps_half_of_the_width_for_its_words()
    {
        var hop = new Hop { Id = "last", Kind = HopKind.Node, Name = "last", Question = "Why?", Answer = "a last answer of some length" };
        for (var depth = 0; depth < 60; depth++)
            hop = new() { Id = $"h{depth}", Kind = HopKind.Node, Question = "Why?", Answer = "So.", Causes = [hop, new() { Id = $"s{depth}", Kind = HopKind.Node, Question = "Why?", Answer = "Also." }] };
        var text = DiagnosisText.Write(SampleReports.Insufficient with { Chain = hop }, 60);
        Assert.All(text.Split('\n'), line => Assert.InRange(Columns.Of(line), 0, 60));
        Assert.Contains("a last answer", text, StringComparison.Ordinal);
    }
}
