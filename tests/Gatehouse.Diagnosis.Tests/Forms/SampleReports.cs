namespace Gatehouse.Diagnosis.Tests;

/// <summary>Reports as an engine would write them, of every verdict and shape, and of texts that no form expects.</summary>
public static class SampleReports
{
    public static readonly DateTimeOffset At = new(2026, 11, 24, 14, 8, 40, TimeSpan.Zero);

    private static readonly DateTimeOffset Onset = new(2026, 11, 24, 14, 3, 5, 120, TimeSpan.Zero);

    private static Remedy Gate { get; } = new()
    {
        When = RemedyTime.Prevent,
        Text = "Let the pipeline wait for the migration",
        Owner = Owner.Platform,
        Risk = Risk.Low,
        IsReversible = true,
    };

    /// <summary>Texts that a grammar could take for something else.</summary>
    public static readonly string[] Hostile =
    [
        "1. first", "1) first", "- dash", "+ plus", "> quote", "# heading", "=", "--- title", "end", "the end; End", "subgraph end", "loop", "autonumber",
        "Why is \"x\" [a](b) {c} ; not `ready`?", "<img src=x onerror=alert(1)> &amp; &lt; #35; #quot; <script>alert(1)</script> <b>b</b>",
        "a\\b \\n \\| *bold* _it_ __it__ ~~x~~ | % %% %%{init: {}}%%", "$$x^2$$ $x$", "ü 表 مرحبا 🎉 👩‍👩‍👧 é é", "graph TD; A-->B", "\"`md`\"", ":::cls", "```", "a ```` b",
        "https://a.b/c?d=e&f=g", "a:b::c, x --> y --x z ==> w", "@{ shape: x }", "click h0 href \"javascript:alert(1)\"", "fa:fa-car x",
        "Note over x: y", "as b", "a @ b / c = d + e", "!x ?x", "[ ] task", "| a | b |", "classDef x fill:#f00", "A ->> B: x", "%%comment", "mailto:a@b.c", "snake_case_name and __dunder__",
    ];

    /// <summary>Texts of which not all is shown.</summary>
    public static readonly string[] Unclean =
    [
        "", " ", "\n", "line one\nline two\r\n\tline three", "\e[31mred\e[0m and a \a bell", "\u202Eright to left", "half \uD83D a pair", "zero\u200Bwidth", new('x', 5000),
        string.Join(' ', Enumerable.Repeat("very long", 2000)), new('表', 3000),
    ];

    public static DiagnosisReport Healthy { get; } = new()
    {
        At = At,
        Subject = new() { Service = "chat" },
        Verdict = Verdict.Healthy,
        Summary = "Nothing is wrong that anybody would notice.",
        BlastRadius = new() { TakesNewConnections = true, Open = 214 },
    };

    public static DiagnosisReport OneRoot { get; } = new()
    {
        At = At,
        Subject = new() { Service = "chat", Revision = "chat-00042", Instance = "i-7f3a", Build = "1.4.0" },
        Verdict = Verdict.Confirmed,
        Summary = "89 upgrades were refused with 503, because the table agent_executions is missing: its migration has not been applied.",
        Symptom = new() { Kind = SymptomKind.UpgradeRefused, Text = "89 upgrades refused with 503" },
        Onset = Onset,
        Chain = Hop("symptom", HopKind.Symptom, null, "Why are WebSocket upgrades refused?", "The front door is closed",
            [new(EvidenceSource.Admission, "89 upgrades refused as not_ready") { About = "chat", At = Onset }],
            Hop("admission", HopKind.Admission, "front door", "Why is the front door closed?", "The node chat is not ready.", [],
                Hop("node:chat", HopKind.Node, "chat", "Why is chat not ready?", "It waits for schema.", [],
                    Schema))),
        Roots = [MissingTable("symptom", "admission", "node:chat", "node:schema", "cause:schema.table_missing")],
        Factors = [new("probe.too_early", "The start-up probe connects only, so it passed before the service could do its job.")],
        RuledOut = [new("redis", "It was ready all the time.") { Kind = HopKind.Node, Evidence = [new(EvidenceSource.Node, "ready since 14:00:58")] }],
        BlastRadius = new() { Nodes = ["schema", "chat"], AtRisk = ["monitor"], TakesNewConnections = false, Refused = 1289, Open = 1, Lasts = At - Onset },
        Timeline =
        [
            new(Onset.AddMinutes(-2), EvidenceSource.Mark, "deployment of chat-00042 began"),
            new(Onset, EvidenceSource.History, "schema: relation \"agent_executions\" does not exist") { About = "schema", IsRoot = true },
            new(Onset.AddSeconds(3), EvidenceSource.Admission, "the first upgrade is refused"),
        ],
        DetectionGap = new("No alert looks at refused upgrades.") { Lasted = TimeSpan.FromSeconds(185) },
        OpenQuestions = ["When did the migration job last run?"],
    };

    /// <summary>Two causes side by side, one of them in two steps that meet again.</summary>
    public static DiagnosisReport TwoRoots { get; } = OneRoot with
    {
        Verdict = Verdict.Likely,
        Chain = Hop("symptom", HopKind.Symptom, null, "Why are WebSocket upgrades refused?", "The front door is closed.", [],
            Hop("node:chat", HopKind.Node, "chat", "Why is chat not ready?", "It waits for schema and redis.", [],
                Schema,
                Hop("node:redis", HopKind.Node, "redis", "Why is redis not ready?", "Its connection breaks again and again, so it never stands long enough.",
                    [new(EvidenceSource.History, "8 broken connections in 40 s") { About = "redis", Signature = "connection_lost" }],
                    Hop("cause:redis.flapping", HopKind.Cause, "redis.flapping", "Why does the connection break?", "Redis restarts.", [],
                        Hop("unknown", HopKind.Unknown, null, "Why does Redis restart?", "The evidence ends here.", [])),
                    Hop("node:schema/2", HopKind.Node, "schema", "Why is schema needed?", "It keeps the scripts.", []) with { SameAs = "node:schema" }))),
        Roots =
        [
            MissingTable("symptom", "node:chat", "node:schema", "cause:schema.table_missing"),
            new()
            {
                Code = "redis.flapping",
                Title = "Redis is connected but not stable",
                Verdict = Verdict.Likely,
                Node = "redis",
                RecoveredAt = At.AddSeconds(-10),
                Path = ["symptom", "node:chat", "node:redis", "cause:redis.flapping", "unknown"],
                Weights = [new("whole path", 40), new("recovered before the case", -10)],
                Remedies =
                [
                    new() { When = RemedyTime.Now, Text = "Look at why Redis restarts.", Command = "redis-cli -u <url> info server", Owner = Owner.Data, Risk = Risk.None, IsReversible = true },
                    Gate,
                ],
            },
        ],
    };

    public static DiagnosisReport Insufficient { get; } = new()
    {
        At = At,
        Subject = new(),
        Verdict = Verdict.InsufficientEvidence,
        Summary = "chat is not ready, and nothing that it needs is known to be ill.",
        Symptom = new() { Kind = SymptomKind.ReadinessLost, Node = "chat" },
        Chain = Hop("symptom", HopKind.Symptom, null, "Why is the service not ready?", "chat has failed.", [],
            Hop("node:chat", HopKind.Node, "chat", "Why is chat not ready?", "It says: timeout.", [],
                Hop("unknown", HopKind.Unknown, null, "Why does it time out?", "The evidence ends here.", []))),
        LookAgain = [new("database", "It has said nothing for 2 min.")],
        OpenQuestions = ["Is the database up?"],
    };

    public static IReadOnlyDictionary<string, DiagnosisReport> Named { get; } = new Dictionary<string, DiagnosisReport>
    {
        ["healthy"] = Healthy,
        ["one root"] = OneRoot,
        ["two roots"] = TwoRoots,
        ["insufficient"] = Insufficient,
        ["insufficient, no chain"] = Insufficient with { Chain = null },
        ["hostile"] = OfTexts(Hostile),
        ["unclean"] = OfTexts(Unclean),
    };

    /// <summary>A report in which every text comes from <paramref name="texts"/>, each at least once as a question, an answer, an id and a name.</summary>
    public static DiagnosisReport OfTexts(params string[] texts)
    {
        var hops = texts.Select((text, index) => new Hop
        {
            Id = $"node:{text}",
            Kind = index % 3 is 0 ? HopKind.Cause : HopKind.Node,
            Name = text,
            Question = text,
            Answer = texts[(index + 1) % texts.Length],
            Evidence = [new(EvidenceSource.Node, text) { About = text, Signature = text }],
        });
        return OneRoot with
        {
            Summary = texts[0],
            Subject = new() { Service = texts[^1] },
            Symptom = new() { Kind = SymptomKind.Other, Text = texts[^1] },
            Chain = Hop("symptom", HopKind.Symptom, null, texts[0], texts[^1], [], [.. hops]),
            Roots =
            [
                .. texts.Select(text => new Root
                {
                    Code = text,
                    Title = text,
                    Verdict = Verdict.Likely,
                    Node = text,
                    Path = ["symptom", $"node:{text}"],
                    Weights = [new(text, 5)],
                    Remedies = [new() { When = RemedyTime.Prevent, Text = text, Command = text, Owner = Owner.Vendor, Risk = Risk.High, IsReversible = false }],
                }),
            ],
            RuledOut = [.. texts.Select(text => new RuledOut(text, text) { Kind = HopKind.Node, Evidence = [new(EvidenceSource.Outside, text)] })],
            Factors = [.. texts.Select(text => new Factor(text, text))],
            Timeline = [.. texts.Select(text => new Happening(Onset, EvidenceSource.Platform, text))],
            OpenQuestions = texts,
            LookAgain = [.. texts.Select(text => new LookAgain(text, text))],
        };
    }

    private static Hop Schema => Hop("node:schema", HopKind.Node, "schema", "Why is schema not ready?", "It fails: relation \"agent_executions\" does not exist.",
        [new(EvidenceSource.Node, "failed 12 times in a row") { About = "schema", Signature = "42P01" }],
        Hop("cause:schema.table_missing", HopKind.Cause, "schema.table_missing", "Why does the table not exist?", "The migration that makes it has not been applied.", [])) with
    { Since = Onset };

    private static Root MissingTable(params string[] path) => new()
    {
        Code = "schema.table_missing",
        Title = "a table is missing",
        Verdict = Verdict.Confirmed,
        Node = "schema",
        Since = Onset,
        Path = path,
        Weights = [new("signature 42P01", 50), new("whole path", 45)],
        Remedies =
        [
            new()
            {
                When = RemedyTime.Now,
                Text = "Apply the migrations.",
                Command = "gatehouse-server migrate --ConnectionStrings:Database \"Host=<host>;Database=<name>;Username=<user>\" --with-a-very-long-option",
                Owner = Owner.OnCall,
                Risk = Risk.Low,
                IsReversible = false,
            },
            Gate,
        ],
    };

    private static Hop Hop(string id, HopKind kind, string? name, string question, string answer, IReadOnlyList<Evidence> evidence, params Hop[] causes) =>
        new() { Id = id, Kind = kind, Name = name, Question = question, Answer = answer, Evidence = evidence, Causes = causes };
}
