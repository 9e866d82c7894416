using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Why;

/// <summary>What is printed.</summary>
internal enum Form
{
    Text,
    Json,
    Markdown,
    Mermaid,
}

/// <summary>A report, and the post-mortem where one was asked for.</summary>
internal sealed record Explanation(DiagnosisReport Report, string? PostMortem = null)
{
    private const int WidestForReading = 120;

    public static Explanation Of(Case given, Form form)
    {
        var report = FiveWhys.Explain(given);
        return new(report, form is Form.Markdown ? Diagnosis.PostMortem.Write(report, given) : null);
    }

    public string As(Form form, Terminal terminal) => form switch
    {
        Form.Json => DiagnosisJson.Write(Report),
        Form.Markdown => PostMortem!,
        Form.Mermaid => DiagnosisMermaid.Flowchart(Report),
        _ => DiagnosisText.Write(Report, Math.Min(terminal.Width ?? DiagnosisText.DefaultWidth, WidestForReading), terminal.HasStyle),
    };
}

/// <summary>There is nobody, or nothing, to explain it; the message says why.</summary>
internal sealed class NoExplanationException(string message) : Exception(message);
