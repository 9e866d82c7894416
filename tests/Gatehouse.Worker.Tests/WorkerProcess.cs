using System.Globalization;
using Gatehouse.Testing;
using Gatehouse.Testing.Servers;

namespace Gatehouse.Worker.Tests;

/// <summary>The sample worker as a child process, with its probes on a free port.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private WorkerProcess(ChildProcess process, int port) => (Process, Probes) = (process, new(port));

    public ChildProcess Process { get; }

    public ProbeClient Probes { get; }

    /// <param name="window">How long Redis must be unbroken; null for the sample's own default.</param>
    public static WorkerProcess Start(string database, string redis, TimeSpan? window = null)
    {
        var port = FreePort.Next();
        var process = ChildProcess.Start(new(Repository.Built("samples/Worker", "worker"))
        {
            Environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Database"] = database,
                ["ConnectionStrings__Redis"] = redis,
                ["Redis__Window"] = window?.ToString("c", CultureInfo.InvariantCulture),
                ["Probes__Port"] = port.ToString(CultureInfo.InvariantCulture),
            },
        });
        return new(process, port);
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> TerminateAsync()
    {
        Process.Signal(UnixSignal.Terminate);
        return Process.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Probes.Dispose();
        await Process.DisposeAsync();
    }
}
