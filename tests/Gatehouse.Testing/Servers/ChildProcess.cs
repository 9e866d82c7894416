using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Gatehouse.Testing.Servers;

/// <summary>What a child process runs, and as whom.</summary>
public sealed record ChildCommand(string Program, params IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables to set, or to remove where the value is null.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The user to run as when the tests run as root; null for the same.</summary>
    public string? User { get; init; }
}

/// <summary>A program that a test has started. It ends with the test program at the latest, even if that is killed. Safe to use from any thread.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The shell outlives a killed test program long enough to end the child: its input closes then. The first line is the child's id.
    private const string Guard = """
        exec 3<&0
        { echo "$BASHPID"; exec "$@" </dev/null 3<&-; } & child=$!
        { read -r _ <&3; kill -9 "$child"; } >/dev/null 2>&1 & watch=$!
        wait "$child"; code=$?
        kill "$watch" 2>/dev/null
        exit "$code"
        """;

    private readonly Process _guard;
    private readonly StringBuilder _output = new();     // guarded by itself
    private TaskCompletionSource _line = new(TaskCreationOptions.RunContinuationsAsynchronously);      // of the next line; guarded by _output
    private readonly Task _written;
    private bool _disposed;

    private ChildProcess(ChildCommand command)
    {
        Command = command;
        var start = new ProcessStartInfo("/bin/bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach (var argument in (string[])["-c", Guard, "guard", .. AsUser(command), command.Program, .. command.Arguments]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }
        _guard = Process.Start(start)!;
        Id = int.Parse(_guard.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        _written = Task.WhenAll(KeepAsync(_guard.StandardOutput), KeepAsync(_guard.StandardError));
    }

    public ChildCommand Command { get; }

    public int Id { get; }

    public bool HasExited => _guard.HasExited;

    /// <summary>What it has written so far, to either stream.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts it. A program that is not there ends with 127 and says so in its output.</summary>
    public static ChildProcess Start(ChildCommand command) => new(command);

    /// <summary>Ends it as a crash would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Signal(UnixSignal.Kill);
        await ExitAsync();
    }

    /// <summary>Sends a signal; nothing happens when it has ended.</summary>
    public void Signal(UnixSignal signal)
    {
        if (!_guard.HasExited) _ = Kill(Id, (int)signal);
    }

    /// <summary>Sends a signal to a process that a child has started.</summary>
    internal static void SignalProcess(int process, UnixSignal signal) => _ = Kill(process, (int)signal);

    /// <summary>Waits until it has written this, to either stream.</summary>
    /// <exception cref="InvalidOperationException">It has ended without.</exception>
    public async Task SaysAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            Task line;
            lock (_output)
            {
                if (_output.ToString().Contains(words, StringComparison.Ordinal)) return;
                line = _line.Task;
            }
            if (await Task.WhenAny(line, _written).WaitAsync(patience.Token) == _written && !Output.Contains(words, StringComparison.Ordinal))
                throw new InvalidOperationException($"It ended without '{words}': {Output}");
        }
    }

    /// <summary>Waits for its end. Its output is complete then.</summary>
    /// <returns>The exit code; 128 and the signal's number where a signal ended it.</returns>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _guard.WaitForExitAsync(patience.Token);
        await _written.WaitAsync(patience.Token);
        return _guard.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_guard.HasExited) await KillAsync();
        _guard.Dispose();
    }

    private async Task KeepAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
            lock (_output)
            {
                _output.Append(line).Append('\n');
                _line.SetResult();
                _line = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
    }

    private static string[] AsUser(ChildCommand command) => command.User is { } user && Environment.IsPrivilegedProcess
        ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", "--"]
        : [];

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <summary>The signals that tests send, with their numbers on Linux.</summary>
public enum UnixSignal { Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15, Continue = 18, Stop = 19 }
