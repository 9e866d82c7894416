using System.Diagnostics;
using System.Globalization;
using Gatehouse.Bench.Servers;
using ChildProcess = Gatehouse.Testing.Servers.ChildProcess;
using UnixSignal = Gatehouse.Testing.Servers.UnixSignal;

namespace Gatehouse.Bench.Measures;

/// <summary>From exec of <c>gatehouse local</c> until a request has come back through its ingress from the shipped server, beside the server alone.</summary>
internal sealed class LocalStart(Scale scale, string built, Table table)
{
    private const string Measure = "exec to first answer of 200";
    private const string Local = "gatehouse local, and the server under it";
    private const string Alone = "the server alone";
    private const string Service = "service  http://chat.localhost:";

    private const string Manifest = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: chat
        spec:
          template:
            spec:
              containers:
              - image: example.org/chat
                startupProbe:
                  httpGet: { path: /startup }
                  periodSeconds: 1
                  failureThreshold: 60
        """;

    public async Task MeasureAsync()
    {
        table.Declare(Measure, "ms", (Local, Alone));
        var file = Path.Combine(built, "service.yaml");
        await File.WriteAllTextAsync(file, Manifest);
        for (var round = 0; round < scale.Starts; round++)
        {
            using (var server = await ServerProcess.StartAsync(ServerKind.Shipped, built))
                table.Add(Measure, Alone, Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds);
            table.Add(Measure, Local, await StartAsync(file));
        }
        File.Delete(file);
    }

    private async Task<double> StartAsync(string file)
    {
        var data = Directory.CreateTempSubdirectory("gatehouse-bench-").FullName;
        var run = $"example.org/chat={Path.Combine(built, ServerKind.Shipped.Command)} --Data:Directory={data}";
        var began = Stopwatch.GetTimestamp();
        double took;
        await using (var local = ChildProcess.Start(new(Path.Combine(built, "gatehouse-aot/gatehouse"), "local", file, "--port", "0", "--plain", "--run", run)))
        {
            await local.SaysAsync(Service);
            var port = int.Parse(local.Output.Split(Service)[1].Split('\n')[0], CultureInfo.InvariantCulture);
            while (await Probe.AskAsync(port, "/startup", "chat.localhost") != 200)
            {
                if (local.HasExited) throw new InvalidOperationException($"gatehouse local ended: {local.Output}");
                await Task.Delay(1);
            }
            took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            local.Signal(UnixSignal.Terminate);
            await local.ExitAsync();
        }
        Directory.Delete(data, recursive: true);
        return took;
    }
}
