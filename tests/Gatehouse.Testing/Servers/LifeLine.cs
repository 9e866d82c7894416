namespace Gatehouse.Testing.Servers;

/// <summary>
/// Tells when all processes are gone that were given it, however they ended: a named pipe that they hold open for writing (a shell does it by
/// <c>exec 9&gt;PATH</c>, and what it starts inherits it), and that comes to its end with the last of them.
/// </summary>
public sealed class LifeLine : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _directory;

    private LifeLine(string directory)
    {
        _directory = directory;
        Path = System.IO.Path.Combine(directory, "line");
    }

    public string Path { get; }

    /// <summary>Done with the last process that holds it. None before the first has opened it.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public static async Task<LifeLine> CreateAsync()
    {
        var line = new LifeLine(Directory.CreateTempSubdirectory("gatehouse-line-").FullName);
        await using (var make = ChildProcess.Start(new("mkfifo", line.Path)))
            if (await make.ExitAsync() != 0) throw new InvalidOperationException(make.Output);
        line.Ended = Task.Run(line.ReadAsync);      // to open it waits for the first writer
        return line;
    }

    public Task EndAsync() => Ended.WaitAsync(Patience);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        await using var pipe = File.OpenRead(Path);
        var buffer = new byte[256];
        while (await pipe.ReadAsync(buffer) > 0)
        {
            // Nothing is said on it.
        }
    }
}
