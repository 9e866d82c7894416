using System.Globalization;

namespace Gatehouse.Testing.Servers;

/// <summary>
/// A PostgreSQL of the test's own: a new cluster in a private directory on a free port, with one superuser and its password.
/// Removed when disposed. Run as the user <c>postgres</c> where the tests run as root, which PostgreSQL refuses.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "gatehouse";
    public const string Password = "open-sesame";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly Dictionary<string, string?> Environs = new() { ["PGPASSWORD"] = Password };     // of its tools

    private readonly IReadOnlyList<string> _settings;
    private ChildProcess? _process;
    private int _databases;

    private PostgresServer(IReadOnlyList<string> settings)
    {
        _settings = settings;
        Directory = System.IO.Directory.CreateTempSubdirectory("gatehouse-postgres-").FullName;
        Port = FreePort.Next();
    }

    public int Port { get; }

    public string Directory { get; }

    /// <summary>The running process.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public ChildProcess Process => _process ?? throw new InvalidOperationException("This PostgreSQL is not running.");

    /// <summary>Where the cluster is.</summary>
    public string Data => Path.Combine(Directory, "data");

    /// <param name="settings">As in <c>postgresql.conf</c>: <c>"max_connections=200"</c>.</param>
    public static async Task<PostgresServer> StartAsync(params IReadOnlyList<string> settings)
    {
        var server = await CreateAsync(settings);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A cluster that has a port but does not run yet: connections are refused.</summary>
    public static async Task<PostgresServer> CreateAsync(params IReadOnlyList<string> settings)
    {
        var server = new PostgresServer(settings);
        var password = Path.Combine(server.Directory, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.IsPrivilegedProcess) await RunAsync(new("chown", "-R", "postgres:postgres", server.Directory));
        await RunAsync(new(Tool("initdb"), "-D", server.Data, "-U", User, "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "-N")
        {
            User = "postgres",
            WorkingDirectory = server.Directory,
        });
        return server;
    }

    /// <summary>Starts it on its port and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var port = Port.ToString(CultureInfo.InvariantCulture);
        string[] own = ["listen_addresses=127.0.0.1", $"unix_socket_directories={Directory}", "max_connections=200", "shared_buffers=32MB"];
        _process = ChildProcess.Start(new(Tool("postgres"), ["-D", Data, "-p", port, .. own.Concat(_settings).SelectMany(setting => (string[])["-c", setting])])
        {
            User = "postgres",
            WorkingDirectory = Directory,
        });
        using var patience = new CancellationTokenSource(StartLimit);
        while (true)
        {
            await using var answer = ChildProcess.Start(new(Tool("pg_isready"), "-q", "-h", "127.0.0.1", "-p", port));
            if (await answer.ExitAsync() == 0) return;
            if (_process.HasExited) throw new InvalidOperationException($"PostgreSQL ended: {_process.Output}");
            if (patience.IsCancellationRequested) throw new TimeoutException($"PostgreSQL did not answer in {StartLimit}: {_process.Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>How to connect with Npgsql, to the database that every cluster has or to another one.</summary>
    public string ConnectionString(string database = "postgres", string password = Password) => ConnectionString(Port, database, password);

    /// <summary>How to connect by way of another port of this machine that leads to a cluster.</summary>
    public static string ConnectionString(int port, string database = "postgres", string password = Password) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username={User};Password={password};Database={database}");

    /// <summary>Creates a database for one test: an empty one, or a copy of another that nobody uses.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await RunAsync(new(Tool("createdb"), "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-T", template, name)
        {
            Environment = Environs,
        });
        return ConnectionString(name);
    }

    /// <summary>Runs statements as the superuser, one after the other, each by itself.</summary>
    /// <returns>The values that they give, as text.</returns>
    public async Task<string> AskAsync(string database, params IReadOnlyList<string> statements)
    {
        string[] flags = ["-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"];
        await using var psql = ChildProcess.Start(new(Tool("psql"), [.. flags, .. statements.SelectMany(statement => (string[])["-c", statement])])
        {
            Environment = Environs,
        });
        if (await psql.ExitAsync() != 0) throw new InvalidOperationException($"psql ended with an error: {psql.Output}");
        return psql.Output.TrimEnd('\n');
    }

    /// <summary>Stops all its processes as they are: it takes connections, because the system does, and answers nothing.</summary>
    public void Pause() => SignalAll(UnixSignal.Stop);

    /// <summary>Lets it go on after <see cref="Pause()"/>.</summary>
    public void Resume() => SignalAll(UnixSignal.Continue);

    /// <summary>Stops processes of it, of which <c>pg_stat_activity</c> tells: their connections fall silent, new ones are served.</summary>
    public static void Pause(IEnumerable<int> processes)
    {
        foreach (var process in processes) ChildProcess.SignalProcess(process, UnixSignal.Stop);
    }

    /// <summary>Lets processes of it go on after <see cref="Pause(IEnumerable{int})"/>.</summary>
    public static void Resume(IEnumerable<int> processes)
    {
        foreach (var process in processes) ChildProcess.SignalProcess(process, UnixSignal.Continue);
    }

    /// <summary>Starts it anew as a replica, which follows nobody and takes no writes.</summary>
    public async Task BecomeReplicaAsync()
    {
        await StopAsync();
        var signal = Path.Combine(Data, "standby.signal");
        await File.WriteAllTextAsync(signal, "");
        await GiveToServerAsync(signal);
        await StartAgainAsync();
    }

    /// <summary>Makes a file readable for the server, which runs as another user where the tests run as root.</summary>
    public static async Task GiveToServerAsync(string path)
    {
        if (Environment.IsPrivilegedProcess) await RunAsync(new("chown", "postgres:postgres", path));
    }

    /// <summary>Ends it as a crash would. Its backends notice and end, too.</summary>
    public async Task KillAsync()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>Ends it in order, cutting its connections (a fast shutdown).</summary>
    public async Task StopAsync()
    {
        Process.Signal(UnixSignal.Interrupt);
        await Process.ExitAsync();
        await KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            // At once, but with its shared memory given back.
            Resume();
            _process.Signal(UnixSignal.Quit);
            await _process.ExitAsync();
            await _process.DisposeAsync();
        }
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    // The first process before those that it has forked, so that it forks no more.
    private void SignalAll(UnixSignal signal)
    {
        Process.Signal(signal);
        foreach (var process in System.IO.Directory.GetDirectories("/proc").Select(Path.GetFileName))
            if (int.TryParse(process, CultureInfo.InvariantCulture, out var id) && ParentOf(id) == Process.Id) ChildProcess.SignalProcess(id, signal);
    }

    // /proc/12/stat: 12 (postgres) S 11 …
    private static int? ParentOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;        // it has ended meanwhile
        }
    }

    private static async Task RunAsync(ChildCommand command)
    {
        await using var process = ChildProcess.Start(command);
        var code = await process.ExitAsync();
        if (code != 0) throw new InvalidOperationException($"{command.Program} ended with {code}: {process.Output}");
    }

    // Debian keeps the servers' programs out of the path, one folder per version.
    private static string Tool(string name)
    {
        const string root = "/usr/lib/postgresql";
        var versions = System.IO.Directory.Exists(root) ? System.IO.Directory.GetDirectories(root) : [];
        return versions
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin", name))
            .FirstOrDefault(File.Exists) ?? name;
    }
}
