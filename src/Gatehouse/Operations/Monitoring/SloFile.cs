using System.Text.Json;

namespace Gatehouse.Operations.Monitoring;

/// <summary>Reads the SLO file. Each mistake is one line that names the key and what would be right.</summary>
internal static class SloFile
{
    /// <summary>What holds where no file is given, and what the files in <c>deploy/monitoring</c> are made from.</summary>
    public static string Standard
    {
        get
        {
            using var stream = typeof(SloFile).Assembly.GetManifestResourceStream("monitoring/slo.json")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <returns>Null if there are errors.</returns>
    public static Slo? Read(string text, List<string> errors)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException exception)
        {
            errors.Add($"The SLO file is not JSON, in line {exception.LineNumber + 1}.");
            return null;
        }
        using (document)
        {
            var root = new SloNode("", document.RootElement, errors);
            var slo = ReadRoot(root);
            if (errors.Count == 0) Judge(slo, errors);
            return errors.Count == 0 ? slo : null;
        }
    }

    private static Slo ReadRoot(SloNode root)
    {
        root.Allow("job", "runbook", "periodDays", "objectives", "burns", "thresholds");
        var objectives = root.Object("objectives");
        objectives.Allow("upgrades", "turns");
        return new(
            root.Word("job"), root.Text("runbook"), TimeSpan.FromDays((double)root.Number("periodDays", 1, 366)),
            ReadObjective(objectives.Object("upgrades")), ReadObjective(objectives.Object("turns")),
            [.. root.Array("burns").Select(ReadBurn)], ReadThresholds(root.Object("thresholds")));
    }

    private static Objective ReadObjective(SloNode node)
    {
        node.Allow("percent", "minimumEvents");
        return new(node.Number("percent", 1, 99.999m), (int)node.Number("minimumEvents", 1, 1_000_000));
    }

    private static Burn ReadBurn(SloNode node)
    {
        node.Allow("budgetPercent", "window", "severity");
        var severity = node.Text("severity");
        if (severity is not ("page" or "ticket")) node.Wrong("severity", "page or ticket");
        var window = PromQl.ReadDuration(node.Text("window"));
        if (window is not { } length || length.Ticks % (12 * TimeSpan.TicksPerSecond) != 0 || length < TimeSpan.FromMinutes(12))
            node.Wrong("window", "a time such as 1h, 6h or 3d, of at least 12m: the short window is a twelfth of it");
        return new(node.Number("budgetPercent", 0.1m, 100), window ?? TimeSpan.FromHours(1), severity is "page" ? Severity.Page : Severity.Ticket);
    }

    private static Thresholds ReadThresholds(SloNode node)
    {
        node.Allow("refusedPercent", "limitedPercent", "checkSuccessPercent", "minimumChecks", "startSeconds", "notReadyMinutes", "absentMinutes",
            "restartsIn15Minutes", "breaksPerHour", "databaseSeconds", "redisSeconds");
        return new()
        {
            RefusedPercent = node.Number("refusedPercent", 0, 100),
            LimitedPercent = node.Number("limitedPercent", 0, 100),
            CheckSuccessPercent = node.Number("checkSuccessPercent", 1, 100),
            MinimumChecks = node.Number("minimumChecks", 1, 100_000),
            StartSeconds = node.Number("startSeconds", 1, 3600),
            NotReadyMinutes = node.Number("notReadyMinutes", 1, 60),
            AbsentMinutes = node.Number("absentMinutes", 1, 60),
            RestartsIn15Minutes = node.Number("restartsIn15Minutes", 1, 1000),
            BreaksPerHour = node.Number("breaksPerHour", 1, 1000),
            DatabaseSeconds = node.Number("databaseSeconds", 0.001m, 60),
            RedisSeconds = node.Number("redisSeconds", 0.001m, 60),
        };
    }

    private static void Judge(Slo slo, List<string> errors)
    {
        if (slo.Burns.Count == 0) errors.Add("burns is empty; give at least one, such as { \"budgetPercent\": 2, \"window\": \"1h\", \"severity\": \"page\" }.");
        foreach (var (burn, i) in slo.Burns.Select((burn, i) => (burn, i)))
        {
            if (burn.Window >= slo.Period)
                errors.Add($"burns[{i}].window is {PromQl.Duration(burn.Window)}; it must be shorter than the period of {PromQl.Duration(slo.Period)}.");
            foreach (var (name, objective) in ((string, Objective)[])[("upgrades", slo.Upgrades), ("turns", slo.Turns)])
                if (BurnRate.Threshold(objective, burn, slo.Period) >= 1)
                    errors.Add($"burns[{i}] could never fire for {name}: more than all events would have to be bad. Raise objectives.{name}.percent, or lower budgetPercent.");
        }
    }
}
