using System.Diagnostics;
using System.Globalization;
using Gatehouse.Bench.Servers;

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
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(built, "gatehouse-aot/gatehouse"), ["local", file, "--port", "0", "--plain", "--run", run]) { RedirectStandardOutput = true })!;
        try
        {
            int? port = null;
            while (port is null)
            {
                var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"gatehouse local ended with {process.ExitCode}.");
                if (line.StartsWith(Service, StringComparison.Ordinal)) port = int.Parse(line.AsSpan(Service.Length), CultureInfo.InvariantCulture);
            }
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);      // it tells of every request, and waits for whoever does not listen
            while (await Probe.AskAsync(port.Value, "/startup", "chat.localhost") is var status && status != 200)
            {
                if (process.HasExited) throw new InvalidOperationException($"gatehouse local ended; its last answer was {status}.");
                await Task.Delay(1);
            }
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        finally
        {
            // Its watchdog ends the server.
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }
}
