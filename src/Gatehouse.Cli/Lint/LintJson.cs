using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary>The report for a program (docs/lint.md).</summary>
internal static class LintJson
{
    internal static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(LintReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("files", report.Files);
            json.WriteNumber("errors", report.Errors);
            json.WriteNumber("warnings", report.Warnings);
            json.WriteNumber("notes", report.Notes);
            List(json, "findings", report.Findings);
            if (report.Fixed.Count > 0) List(json, "fixed", report.Fixed);
            json.WriteEndObject();
        }
        return $"{Encoding.UTF8.GetString(buffer.WrittenSpan)}\n";
    }

    private static void List(Utf8JsonWriter json, string name, IReadOnlyList<Finding> findings)
    {
        json.WriteStartArray(name);
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteNumber("endLine", finding.EndLine);
            json.WriteNumber("endColumn", finding.EndColumn);
            json.WriteString("severity", LintText.Word(finding.Severity));
            json.WriteString("rule", finding.Rule.Id);
            json.WriteString("name", finding.Rule.Name);
            json.WriteString("reason", finding.Reason);
            json.WriteString("fix", finding.Fix);
            json.WriteBoolean("fixable", finding.CanBeFixed);
            json.WriteString("page", finding.Rule.Page);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
