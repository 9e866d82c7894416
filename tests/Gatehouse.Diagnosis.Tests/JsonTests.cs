using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Diagnosis.Tests.Matrix;
using Json.Schema;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>Cases and reports as JSON, and their published schemas.</summary>
public sealed class JsonTests
{
    // Made when first used, once: a schema can be registered once only.
    private static readonly Lazy<JsonSchema> Diagnosed = new(static () => JsonSchema.FromText(File.ReadAllText(Schemas.PathOf("diagnosis"))));
    private static readonly Lazy<JsonSchema> Taken = new(static () => JsonSchema.FromText(File.ReadAllText(Schemas.PathOf("case"))));

    private static JsonSchema Report => Diagnosed.Value;

    private static JsonSchema Given => Taken.Value;

    [Theory]
    [InlineData("diagnosis")]
    [InlineData("case")]
    public void The_published_schema_is_that_of_the_types(string name)
    {
        var schema = name == "case" ? Schemas.Case : Schemas.Report;
        if (Environment.GetEnvironmentVariable("GATEHOUSE_WRITE_SCHEMAS") is not null) File.WriteAllText(Schemas.PathOf(name), schema);
        Assert.Equal(File.ReadAllText(Schemas.PathOf(name)), schema);
    }

    [Fact]
    public void Every_kind_of_report_and_case_fits_its_schema()
    {
        foreach (var cell in AllCases.OneOfEach)
        {
            AssertFits(Report, DiagnosisJson.Write(cell.Judged.Report));
            AssertFits(Given, DiagnosisJson.Write(cell.Judged.Seen));
        }
        AssertFits(Report, DiagnosisJson.Write(FiveWhys.Explain(new() { At = World.Clock.Birth })));
    }

    [Fact]
    public void A_report_that_is_not_one_does_not_fit()
    {
        var report = JsonNode.Parse(DiagnosisJson.Write(AllCases.OneOfEach[0].Judged.Report))!;
        report["verdict"] = "perhaps";

        Assert.False(Evaluate(Report, report.ToJsonString()).IsValid);
    }

    [Fact]
    public void What_was_saved_is_explained_the_same()
    {
        foreach (var cell in AllCases.OneOfEach)
        {
            var report = DiagnosisJson.Write(cell.Judged.Report);
            Assert.Equal(report, DiagnosisJson.Write(FiveWhys.Explain(DiagnosisJson.ReadCase(DiagnosisJson.Write(cell.Judged.Seen)))));
            Assert.Equal(report, DiagnosisJson.Write(DiagnosisJson.ReadReport(report)));
            Assert.DoesNotContain(":null", report, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_the_text_leaves_out_has_its_default()
    {
        var read = DiagnosisJson.ReadCase("""{"at":"2026-11-20T08:00:00Z","graph":{"at":"2026-11-20T08:00:00Z","nodes":[{"name":"a","isRequired":true,"state":"failed"}]},"later":1}""");

        Assert.Equal(1, read.Version);
        Assert.Empty(read.Marks);
        Assert.NotNull(read.Subject);
        Assert.Empty(Assert.Single(read.Graph!.Nodes).Events);
    }

    [Theory]
    [InlineData("""{"marks":[]}""", "at")]
    [InlineData("""{"at":"2026-11-20T08:00:00Z","marks":[{"at":"2026-11-20T08:00:00Z","kind":3}]}""", "kind")]
    public void A_case_that_is_not_one_is_refused_by_name(string json, string name) =>
        Assert.Contains(name, Assert.Throws<JsonException>(() => DiagnosisJson.ReadCase(json)).Message, StringComparison.Ordinal);

    private static void AssertFits(JsonSchema schema, string json)
    {
        var result = Evaluate(schema, json);
        Assert.True(result.IsValid, $"{json}\n{string.Join('\n', (result.Details ?? []).Where(static each => each.Errors is not null).Select(static each => $"{each.InstanceLocation}: {string.Join(", ", each.Errors!.Values)}"))}");
    }

    private static EvaluationResults Evaluate(JsonSchema schema, string json)
    {
        using var document = JsonDocument.Parse(json);
        return schema.Evaluate(document.RootElement, new() { OutputFormat = OutputFormat.List });
    }
}
