using System.ComponentModel;
using System.Diagnostics;

namespace Gatehouse.LocalRun.Instances;

/// <summary>What is run for a container, and with which variables.</summary>
internal sealed record ContainerCommand(ImageCommand Image, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// The process that stands for a container, in a session and so a process group of its own: what it starts is ended with it, and Ctrl-C in the
/// terminal is ours alone. Safe to use from any thread.
/// </summary>
internal sealed class ContainerProcess
{
    // Real time: a process is no scaled thing.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Watchdog _watchdog;
    private readonly Lock _gate = new();        // guards _isGone: a signal after it could meet another process with the same id
    private bool _isGone;

    private ContainerProcess(Process process, string mark, Watchdog watchdog, Action<string> output)
    {
        (_process, _watchdog, Id) = (process, watchdog, process.Id);
        watchdog.Guard(Id);
        Ended = EndAsync(mark, new(process.StandardOutput, output), new(process.StandardError, output));
    }

    public int Id { get; }

    /// <summary>Done when it is gone and what it wrote has been passed on. The exit code; 128 and the signal's number where a signal ended it.</summary>
    public Task<int> Ended { get; }

    /// <exception cref="ContainerStartException">It cannot be run.</exception>
    public static ContainerProcess Start(ContainerCommand command, Watchdog watchdog, Action<string> output)
    {
        // setsid is exec'd in place and becomes the program itself, so that the id is the program's.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.Image.WorkingDirectory ?? "",
        };
        foreach (var argument in (string[])[command.Image.File, .. command.Image.Arguments, .. command.Arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        var mark = Guid.NewGuid().ToString();
        start.Environment[Escaped.Variable] = mark;
        try
        {
            var process = Process.Start(start) ?? throw new ContainerStartException($"'{command.Image.File}' could not be started.");
            process.StandardInput.Close();
            return new(process, mark, watchdog, output);
        }
        catch (Win32Exception exception)
        {
            throw new ContainerStartException($"'{command.Image.File}' could not be started: {exception.Message}", exception);
        }
    }

    /// <summary>Asks it to end.</summary>
    public void Terminate() => Send(UnixSignals.Send, UnixSignals.Terminate);

    /// <summary>Ends it and what it has started.</summary>
    public void Kill() => Send(UnixSignals.SendToGroup, UnixSignals.Kill);

    private void Send(Action<int, int> send, int signal)
    {
        lock (_gate)
        {
            if (!_isGone) send(Id, signal);
        }
    }

    private async Task<int> EndAsync(string mark, ContainerOutput output, ContainerOutput errors)
    {
        using var noLonger = new CancellationTokenSource();
        var written = Task.WhenAll(output.ReadAsync(noLonger.Token), errors.ReadAsync(noLonger.Token));
        await _process.WaitForExitAsync(CancellationToken.None);
        var code = _process.ExitCode;
        // A container ends with its first process; what that has left behind ends now, and with it the last writer of the output.
        lock (_gate)
        {
            UnixSignals.SendToRest(Id, UnixSignals.Kill);
            _isGone = true;
        }
        _watchdog.Release(Id);
        Escaped.Kill(mark);
        // Who got away from that too may hold the output open for ever.
        await written.WaitAsync(OutputGrace, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await noLonger.CancelAsync();
        await written;
        _process.Dispose();
        return code;
    }
}

/// <summary>A command that cannot be run.</summary>
internal sealed class ContainerStartException(string message, Exception? inner = null) : Exception(message, inner);
