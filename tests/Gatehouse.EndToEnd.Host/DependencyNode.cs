using System.Net;
using System.Net.Sockets;
using Gatehouse.Readiness;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// A node <c>dependency</c>, after <c>schema</c>, that asks a server of the test's over TCP what a database would be asked: it logs in,
/// looks at the schema and writes. Questions are lines, and so are answers: <c>ok</c>, or a signature and what is wrong. A node
/// <c>dependent</c> waits for it and for <c>chat</c>. <c>Dependency:Port</c> names the server.
/// </summary>
internal static class DependencyNode
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Questions = ["login", "schema", "write"];

    public static void AddDependency(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<int?>("Dependency:Port") is not { } port) return;
        builder.Services.AddReadiness(graph => graph
            .Node("dependency", (_, cancellationToken) => CheckAsync(port, cancellationToken), after: ["schema"], retry: Retry.Every(Look),
                policy: new() { Timeout = TimeSpan.FromMilliseconds(500), Pace = Look, PaceInDoubt = Look })
            .Node("dependent", static (_, _) => Task.FromResult(CheckResult.Healthy), after: ["dependency", "chat"]));
    }

    private static async Task<CheckResult> CheckAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        foreach (var question in Questions)
        {
            await writer.WriteLineAsync(question.AsMemory(), cancellationToken);
            if (await reader.ReadLineAsync(cancellationToken) is not { } answer) return CheckResult.Failed("The connection was closed.");
            if (answer != "ok") return CheckResult.Failed(answer, signature: answer.Split(' ')[0]);
        }
        return CheckResult.Healthy;
    }
}
