using System.CommandLine;

namespace Gatehouse.Cli.Probe;

/// <summary>The arguments and options of <c>gatehouse probe</c>, as they are written. <see cref="ProbeArguments"/> reads them.</summary>
internal sealed class ProbeOptions
{
    public Argument<string> Url { get; } = new("url")
    {
        Description = "The service: ws, wss, http, https or host:port. Without a path it is /ws.",
    };

    public Option<int> Count { get; } = new("--count", "-n") { Description = "How many times to walk through the layers.", DefaultValueFactory = _ => 1 };

    public Option<double?> Rate { get; } = new("--rate", "-r")
    {
        Description = "How many walks begin in a second, whether or not those before have ended. Default: one after another.",
    };

    public Option<string> MaxFailed { get; } = new("--max-failed")
    {
        Description = "How many walks may fail: a number, or a share like 1%.",
        DefaultValueFactory = _ => "0",
    };

    public Option<string[]> Max { get; } = new("--max")
    {
        Description = "LAYER[.pNN]=TIME, how long a layer, or the total, may take: total.p99=2s, upgrade=500ms. May be repeated.",
    };

    public Option<string?> Layers { get; } = new("--layers", "-l")
    {
        Description = $"Which layers, separated by commas; those that they need are passed too. Default: all. {LayerNames.List}.",
    };

    public Option<string[]> Timeout { get; } = new("--timeout", "-t")
    {
        Description = "How long every layer, or one (upgrade=30s), may take. May be repeated. Default: "
            + "upgrade and resume 30s, turn 60s, tls, hello and a pong 10s, others 5s.",
    };

    public Option<string> Hold { get; } = new("--hold") { Description = "How long to hold the connection with pings; 0: not at all.", DefaultValueFactory = _ => "3s" };

    public Option<string> Service { get; } = new("--service")
    {
        Description = "What the service is taken for: auto, gatehouse or other.",
        DefaultValueFactory = _ => "auto",
    };

    public Option<string?> Hello { get; } = new("--hello") { Description = "What a message that the service sends by itself has to contain." };

    public Option<string?> Send { get; } = new("--send") { Description = "What to send to a service that is no Gatehouse." };

    public Option<string?> Expect { get; } = new("--expect") { Description = "What the answer to --send has to contain. Default: any message will do." };

    public Option<string?> Message { get; } = new("--message", "-m") { Description = "The message of a Gatehouse's chat turn. Default: \"Are you ready?\"" };

    public Option<string?> Agent { get; } = new("--agent", "-a") { Description = "The agent to talk to. Default: the server's." };

    public Option<string[]> Subprotocol { get; } = new("--subprotocol", "-s") { Description = "A subprotocol to offer. May be repeated." };

    public Option<string[]> Header { get; } = new("--header", "-H") { Description = "\"Name: value\", a header to send. May be repeated. Its value is never shown." };

    public Option<string?> Origin { get; } = new("--origin") { Description = "The Origin to send, as a browser would." };

    public Option<bool> Insecure { get; } = new("--insecure", "-k") { Description = "Take any certificate, and say what is wrong with it." };

    public Option<string?> Roots { get; } = new("--ca") { Description = "A PEM file with the roots to trust in place of the system's." };

    public Option<string?> Json { get; } = new("--json") { Description = "Write the report as JSON to this file, or to standard output (-)." };

    public Option<string?> JUnit { get; } = new("--junit") { Description = "Write the report as JUnit XML to this file, or to standard output (-)." };

    public IEnumerable<Option> All =>
        [Count, Rate, MaxFailed, Max, Layers, Timeout, Hold, Service, Hello, Send, Expect, Message, Agent, Subprotocol, Header, Origin, Insecure, Roots, Json, JUnit];
}
