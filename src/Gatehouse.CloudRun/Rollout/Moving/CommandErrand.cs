using System.ComponentModel;
using System.Diagnostics;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>A command on this machine, run by the shell. <c>{revision}</c> in it is replaced, and given as <c>REVISION</c> too.</summary>
public sealed class CommandErrand(string command, TimeSpan limit, TimeProvider clock) : ISocketMover, IMigration
{
    private const int LastLines = 3;

    public string Description => $"the command `{command}`";

    public Task<ErrandAnswer> AskAsync(string revision, CancellationToken cancellationToken) =>
        RunAsync(command.Replace("{revision}", revision, StringComparison.Ordinal), revision, cancellationToken);

    public Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken) => RunAsync(command, null, cancellationToken);

    private async Task<ErrandAnswer> RunAsync(string line, string? revision, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (revision is not null) start.Environment["REVISION"] = revision;
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var registration = either.Token.Register(() => Kill(process));
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            var said = Tail($"{await output}\n{await errors}");
            if (timeout.IsCancellationRequested) return new(false, $"it did not end within {limit.TotalSeconds:0} s");
            return new(process.ExitCode is 0, process.ExitCode is 0 ? said : $"it ended with {process.ExitCode}: {said}");
        }
        catch (Win32Exception exception)
        {
            return new(false, $"it cannot be started: {exception.Message}");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static string Tail(string text) =>
        string.Join(" / ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(LastLines));
}
