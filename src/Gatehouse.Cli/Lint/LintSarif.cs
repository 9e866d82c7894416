using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary>The report as SARIF 2.1.0, which code hosts show beside the lines (docs/lint.md).</summary>
internal static class LintSarif
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    public static string Write(LintReport report)
    {
        var rules = report.Findings.Select(static finding => finding.Rule).Distinct().OrderBy(static rule => rule.Id, StringComparer.Ordinal).ToArray();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, LintJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteString("version", "2.1.0");
            json.WriteStartArray("runs");
            json.WriteStartObject();
            Tool(json, rules);
            json.WriteString("columnKind", "utf16CodeUnits");
            json.WriteStartArray("results");
            foreach (var finding in report.Findings) Result(json, finding, Array.IndexOf(rules, finding.Rule));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return $"{Encoding.UTF8.GetString(buffer.WrittenSpan)}\n";
    }

    private static void Tool(Utf8JsonWriter json, Rule[] rules)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "gatehouse lint");
        if (typeof(LintSarif).Assembly.GetName().Version is { } version) json.WriteString("semanticVersion", version.ToString(3));
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("name", rule.Name);
            Message(json, "shortDescription", rule.Title);
            Message(json, "help", $"See {rule.Page}.");
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", LintText.Word(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, Finding finding, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", LintText.Word(finding.Severity));
        Message(json, "message", $"{finding.Reason}. Fix: {finding.Fix}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", UriOf(finding.File));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", finding.Line);
        json.WriteNumber("startColumn", finding.Column);
        json.WriteNumber("endLine", finding.EndLine);
        json.WriteNumber("endColumn", finding.EndColumn);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Message(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>A URI reference: relative to where the tool ran, as code hosts want it, or absolute.</summary>
    private static string UriOf(string file) => Path.IsPathRooted(file)
        ? $"file://{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}"
        : string.Join('/', file.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString));
}
