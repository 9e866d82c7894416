using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>Draws the tree of whys. Mermaid refuses more than 50,000 characters and 500 edges: a diagram stays below both.</summary>
internal sealed class WhyFlowchart(DiagnosisReport report)
{
    private const int MostHops = 80;
    private const int MostCharacters = 36_000;      // what was ruled out comes on top
    private const int MostInAll = 44_000;
    private const int MostRuledOut = 12;
    private const int LongestText = 160;

    private const string Classes = """
          classDef symptom stroke-width:2px
          classDef root stroke-width:3px,stroke:#c0392b
          classDef unknown stroke-dasharray:2 2
          classDef ruledOut stroke-dasharray:5 5,opacity:0.7

        """;

    private readonly StringBuilder _chart = new("flowchart TB\n");
    private readonly MermaidIds _ids = new("hop_");
    private readonly HashSet<string> _roots = [.. report.Roots.Where(root => root.Path.Count > 0).Select(root => root.Path[^1])];
    private int _hops;
    private int _leftOut;

    public string Write()
    {
        if (report.Chain is { } chain) WriteHop(Why.Of(chain), parent: null);
        else _chart.Append($"  verdict([\"{MermaidText.Escape(report.Summary, LongestText)}\"])\n");
        if (_leftOut > 0) _chart.Append($"  more[\"{Wording.Number(_leftOut)} more whys are not drawn\"]\n");
        WriteRuledOut(report.Chain is { } top ? _ids.Of(top.Id) : "verdict");
        return _chart.Append(Classes.ReplaceLineEndings("\n")).ToString();
    }

    private void WriteHop(Why why, string? parent)
    {
        var hop = why.Hop;
        if (hop.SameAs is { } same && _ids.Has(same) && parent is not null)
        {
            _chart.Append($"  {parent} -. the same .-> {_ids.Of(same)}\n");
            return;
        }
        if (_hops++ >= MostHops || _chart.Length > MostCharacters)
        {
            _leftOut += why.All.Count();
            return;
        }
        var id = _ids.Of(hop.Id);
        var (open, close) = Shape(hop);
        _chart.Append($"  {id}{open}\"{Label(why)}\"{close}{Class(hop)}\n");
        if (parent is not null) _chart.Append($"  {parent} --> {id}\n");
        foreach (var cause in why.Causes) WriteHop(cause, id);
    }

    private string Label(Why why)
    {
        var root = _roots.Contains(why.Hop.Id) ? "<br/>= root cause" : "";
        return $"{why.Number}#46; {MermaidText.Escape(why.Hop.Question, LongestText)}<br/>" +
            $"{MermaidText.Escape(why.Hop.Answer, LongestText)}{root}<br/>{MermaidText.Escape($"[{why.Hop.Id}]", LongestText)}";
    }

    private static (string Open, string Close) Shape(Hop hop) => hop.Kind switch
    {
        HopKind.Symptom => ("([", "])"),
        HopKind.Cause or HopKind.System => ("[[", "]]"),
        _ => ("[", "]"),
    };

    private string Class(Hop hop) =>
        _roots.Contains(hop.Id) ? ":::root" : hop.Kind switch { HopKind.Symptom => ":::symptom", HopKind.Unknown => ":::unknown", _ => "" };

    private void WriteRuledOut(string top)
    {
        var ids = new MermaidIds("out_");
        var drawn = 0;
        foreach (var ruled in report.RuledOut.Take(MostRuledOut).TakeWhile(_ => _chart.Length < MostInAll))
        {
            drawn++;
            var id = ids.Of($"{Words.Of(ruled.Kind)}_{ruled.Name}");
            _chart.Append($"  {id}[\"{MermaidText.Escape(ruled.Name, LongestText)}<br/>{MermaidText.Escape($"ruled out: {ruled.Because}", LongestText)}\"]:::ruledOut\n");
            _chart.Append($"  {top} -.-x {id}\n");
        }
        if (report.RuledOut.Count - drawn is > 0 and var more)
            _chart.Append($"  out[\"{Wording.Number(more)} more ruled out\"]:::ruledOut\n  {top} -.-x out\n");
    }
}
