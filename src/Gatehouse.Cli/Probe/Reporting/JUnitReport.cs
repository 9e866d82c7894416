using System.Globalization;
using System.Text;
using System.Xml;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// The report for a pipeline: one case per layer and one per threshold. A layer's case fails if it failed in more walks than may fail; what is
/// allowed to fail is told in the case's output.
/// </summary>
internal static class JUnitReport
{
    public static string Write(ProbeReport report)
    {
        var text = new Utf8Text();
        using (var xml = XmlWriter.Create(text, new() { Indent = true }))
        {
            var layers = report.Tally.Layers;
            var mayFail = report.Judgements.Count > 0 && report.Judgements[0].IsKept;
            var failures = report.Judgements.Count(judgement => !judgement.IsKept) + (mayFail ? 0 : layers.Count(layer => layer.Failed > 0));
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", $"gatehouse probe {report.Target}");
            Number(xml, "tests", layers.Count + report.Judgements.Count);
            Number(xml, "failures", failures);
            Number(xml, "skipped", layers.Count(IsSkipped));
            xml.WriteAttributeString("time", Seconds(report.Took));
            xml.WriteAttributeString("timestamp", report.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
            foreach (var layer in layers) Layer(xml, report, layer, mayFail);
            foreach (var judgement in report.Judgements) Threshold(xml, report, judgement);
            xml.WriteEndElement();
        }
        return text + "\n";
    }

    private static bool IsSkipped(LayerTally layer) => layer is { Passed: 0, Failed: 0 };

    private static void Layer(XmlWriter xml, ProbeReport report, LayerTally layer, bool mayFail)
    {
        Begin(xml, report, LayerNames.Of(layer.Layer), layer.Durations[50] ?? TimeSpan.Zero);
        var failures = report.Tally.Failures.Where(failure => failure.Layer == layer.Layer).ToList();
        var said = string.Join('\n', failures.Select(failure => FormattableString.Invariant($"{failure.Count} x {failure.Signature}: {failure.First.FirstFailure!.Reason}")));
        if (IsSkipped(layer))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", report.Views?.Outside.Layers.FirstOrDefault(result => result.Layer == layer.Layer)?.Reason ?? "no walk has ended");
            xml.WriteEndElement();
        }
        else if (failures.Count > 0 && !mayFail) Failure(xml, failures[0].Signature, said);
        else if (failures.Count > 0) xml.WriteElementString("system-out", said);
        xml.WriteEndElement();
    }

    private static void Threshold(XmlWriter xml, ProbeReport report, Judgement judgement)
    {
        Begin(xml, report, judgement.Rule, TimeSpan.Zero);
        if (!judgement.IsKept) Failure(xml, "threshold", judgement.Actual);
        xml.WriteEndElement();
    }

    private static void Begin(XmlWriter xml, ProbeReport report, string name, TimeSpan time)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", report.Target);
        xml.WriteAttributeString("name", name);
        xml.WriteAttributeString("time", Seconds(time));
    }

    private static void Failure(XmlWriter xml, string type, string message)
    {
        xml.WriteStartElement("failure");
        xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("message", message.Split('\n')[0]);
        xml.WriteString(message);
        xml.WriteEndElement();
    }

    private static void Number(XmlWriter xml, string name, int number) => xml.WriteAttributeString(name, number.ToString(CultureInfo.InvariantCulture));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);

    /// <summary>Says of itself that it becomes UTF-8, so that the XML declaration does.</summary>
    private sealed class Utf8Text() : StringWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
