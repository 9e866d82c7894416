namespace Gatehouse.Bench.Servers;

/// <summary>A server that is measured: how it is called, what it speaks, how it is started.</summary>
/// <param name="Command">Below the directory of what has been built, unless it is found on the path.</param>
internal sealed record ServerKind(string Name, string Wire, string Command, IReadOnlyList<string> Arguments, bool KeepsData)
{
    public static readonly ServerKind Shipped = new("Gatehouse AOT", "gatehouse", "server-aot/gatehouse-server", FastOps, true);
    public static readonly ServerKind ShippedJit = new("Gatehouse JIT", "gatehouse", "server-jit/gatehouse-server", FastOps, true);
    public static readonly ServerKind Gatehouse = new("Gatehouse AOT", "gatehouse", "host-aot/bench-gatehouse", NoRate, true);
    public static readonly ServerKind GatehouseJit = new("Gatehouse JIT", "gatehouse", "host-jit/bench-gatehouse", NoRate, true);
    public static readonly ServerKind SignalR = new("SignalR", "signalr", "signalr/bench-signalr", [], false);
    public static readonly ServerKind SocketIo = new("Socket.IO", "socketio", "node", ["socketio/server.js"], false);

    public static readonly ServerKind Stock = new("ASP.NET Core AOT", "", "stock-aot/bench-stock", [], false);
    public static readonly ServerKind StockJit = new("ASP.NET Core JIT", "", "stock-jit/bench-stock", [], false);

    /// <summary>The server of the benchmark's own, with a node that ails so.</summary>
    public static ServerKind Ailing(string fault) => Gatehouse with { Name = fault, Arguments = [.. NoRate, $"--World:Fault={fault}"] };

    /// <summary>The same server with other settings.</summary>
    public ServerKind With(string name, params string[] arguments) => this with { Name = name, Arguments = arguments };

    // The ops agent of the shipped server types at a readable pace unless told otherwise; here its speed is no subject.
    private static string[] FastOps => ["--Ops:TokensPerSecond=0", .. NoRate];

    // A load connects as fast as it can; how fast one may is no subject either.
    private static string[] NoRate => ["--Admission:HandshakesPerSecondTotal=0"];
}
