using System.Text.Json;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>The command, run in this process with its own output.</summary>
internal static class Probing
{
    public static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal(TextReader.Null, output, error);
        var code = await Cli.Probe.ProbeCommand.Create(terminal).Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The JSON report.</summary>
    public static async Task<(int Code, JsonElement Report)> JsonAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--json", "-"]);
        Assert.True(output.StartsWith('{'), error);
        return (code, JsonElement.Parse(output));
    }

    /// <summary>How a layer of the shown walk went.</summary>
    public static string? Outcome(this JsonElement report, string layer) => report.Layer(layer).GetProperty("outcome").GetString();

    public static JsonElement Layer(this JsonElement report, string layer) =>
        report.GetProperty("probe").GetProperty("layers").EnumerateArray().Single(each => each.GetProperty("layer").GetString() == layer);
}
