using System.Globalization;

namespace Gatehouse.Testing.Servers;

/// <summary>A Redis of the test's own on a free port, in memory only unless a directive says otherwise. Killed when disposed.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<string> _directives;
    private ChildProcess? _process;

    private RedisServer(IReadOnlyList<string> directives)
    {
        _directives = directives;
        Directory = System.IO.Directory.CreateTempSubdirectory("gatehouse-redis-").FullName;
        Port = FreePort.Next();
    }

    public int Port { get; }

    /// <summary>Where it keeps its dump, if it is told to write one.</summary>
    public string Directory { get; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The running process.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("This Redis is not running.");

    /// <param name="directives">As on the command line of <c>redis-server</c>: <c>"--requirepass", "word"</c>.</param>
    public static async Task<RedisServer> StartAsync(params IReadOnlyList<string> directives)
    {
        var server = new RedisServer(directives);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A Redis that has a port but does not run yet: connections are refused.</summary>
    public static RedisServer Stopped(params IReadOnlyList<string> directives) => new(directives);

    /// <summary>Starts it on its port, with the dump in its directory if there is one, and waits until it takes connections.</summary>
    /// <param name="more">Directives for this start alone.</param>
    public async Task StartAgainAsync(params IReadOnlyList<string> more)
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] own = ["--port", port, "--bind", "127.0.0.1", "--dir", Directory, "--save", "", "--appendonly", "no", "--daemonize", "no", "--enable-debug-command", "local"];
        _process = ChildProcess.Start(new("redis-server", [.. own, .. _directives, .. more]));
        await Listening.WaitAsync(Port, _process, StartLimit);
    }

    /// <summary>Gives it a command, with no password, as <c>redis-cli</c> does.</summary>
    /// <returns>What it answers; an error as text.</returns>
    public async Task<string> AskAsync(params IReadOnlyList<string> command)
    {
        await using var cli = ChildProcess.Start(new("redis-cli", ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), .. command]));
        await cli.ExitAsync();
        return cli.Output.TrimEnd('\n');
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
