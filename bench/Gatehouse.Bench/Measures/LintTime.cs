using System.Diagnostics;
using System.Text;

namespace Gatehouse.Bench.Measures;

/// <summary>How long the tool takes for a manifest of 10,000 lines, from its start to its end: services one after the other, and one of many containers.</summary>
internal sealed class LintTime(Scale scale, string built, Table table)
{
    private const string Measure = "gatehouse lint, 10,000 lines, process from start to end";
    private const string Services = "services, clean";
    private const string Faulty = "services, each with faults";
    private const int Lines = 10_000;

    private const string Service = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: chat-{0}
        spec:
          template:
            metadata:
              annotations:
                autoscaling.knative.dev/minScale: "1"
                run.googleapis.com/cpu-throttling: "false"
            spec:
              containerConcurrency: 250
              timeoutSeconds: 3600
              containers:
              - image: example/chat:1
                ports: [{ containerPort: 8000 }]
                env:
                - name: LEVEL
                  value: info
                startupProbe:
                  httpGet: { path: /startup }
                  periodSeconds: 1
                  failureThreshold: 60
          traffic:
          - latestRevision: true
            percent: 100
        ---

        """;

    public async Task MeasureAsync()
    {
        table.Declare(Measure, "ms");
        foreach (var name in new[] { Services, Faulty }) table.Goal(Measure, name, 200);
        var file = Path.Combine(built, "lint.yaml");
        foreach (var name in new[] { Services, Faulty })
        {
            await File.WriteAllTextAsync(file, Manifest(name is Services ? Service : Service.Replace("path: /startup", "path: /healthz", StringComparison.Ordinal).Replace("periodSeconds", "periodseconds", StringComparison.Ordinal)));
            for (var round = 0; round < scale.Starts; round++) table.Add(Measure, name, await RunAsync(file));
        }
        File.Delete(file);
    }

    private static string Manifest(string service)
    {
        var lines = service.Count(static each => each is '\n');
        var text = new StringBuilder();
        for (var i = 0; i * lines < Lines; i++) text.Append(service.Replace("{0}", $"{i}", StringComparison.Ordinal));
        return text.ToString();
    }

    private async Task<double> RunAsync(string file)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(built, "gatehouse-aot/gatehouse"), ["lint", file]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode is not (0 or 1)) throw new InvalidOperationException($"gatehouse lint ended with {process.ExitCode}.");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
