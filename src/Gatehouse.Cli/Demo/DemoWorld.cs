using System.Diagnostics;
using System.Globalization;
using Gatehouse.LocalRun.Instances;

namespace Gatehouse.Cli.Demo;

/// <summary>
/// A PostgreSQL and a Redis of the demo's own, in a folder that is gone afterwards, on free ports of the loopback address. PostgreSQL
/// refuses to run as root: then it runs as the user <c>postgres</c>.
/// </summary>
internal sealed class DemoWorld : IAsyncDisposable
{
    private const string User = "gatehouse";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Cut = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly string _folder = Directory.CreateTempSubdirectory("gatehouse-demo-").FullName;
    private readonly int _postgresPort = new FreePorts().Take();
    private readonly int _redisPort = new FreePorts().Take();
    private readonly TimeProvider _clock;
    private readonly List<Process> _processes = [];
    private CancellationTokenSource? _flapping;
    private Task _flaps = Task.CompletedTask;

    private DemoWorld(TimeProvider clock) => _clock = clock;

    public string Redis => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_redisPort}");

    public string Database(string name) => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_postgresPort};Username={User};Database={name}");

    /// <exception cref="DemoException">A program is missing, or does not come up.</exception>
    public static async Task<DemoWorld> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var world = new DemoWorld(clock);
        try
        {
            await Task.WhenAll(world.StartPostgresAsync(cancellationToken), world.StartRedisAsync(cancellationToken));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty database: the migration has not come yet.</summary>
    public Task CreateDatabaseAsync(string name, CancellationToken cancellationToken) =>
        DemoPrograms.RunAsync(DemoPrograms.Installed("createdb", "postgresql"), ["-h", "127.0.0.1", "-p", Text(_postgresPort), "-U", User, name], cancellationToken);

    /// <summary>Redis takes connections, and cuts them all every 400 ms, as a proxy with a short idle limit does.</summary>
    public void Flap()
    {
        _flapping = new();
        _flaps = FlapAsync(DemoPrograms.Installed("redis-cli", "redis-server"), _flapping.Token);
    }

    public async Task CalmAsync()
    {
        if (_flapping is null) return;
        await _flapping.CancelAsync();
        await _flaps;
        _flapping.Dispose();
        _flapping = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CalmAsync();
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartPostgresAsync(CancellationToken cancellationToken)
    {
        var (data, initialise, serve) = (Path.Combine(_folder, "postgres"), DemoPrograms.Installed("initdb", "postgresql"), DemoPrograms.Installed("postgres", "postgresql"));
        if (Environment.IsPrivilegedProcess) await DemoPrograms.RunAsync("chown", ["postgres", _folder], cancellationToken);
        await AsPostgres(initialise, ["-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], (program, arguments) => DemoPrograms.RunAsync(program, arguments, cancellationToken));
        _processes.Add(AsPostgres(serve, ["-D", data, "-p", Text(_postgresPort), "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "fsync=off"],
            static (program, arguments) => Quiet(DemoPrograms.Start(program, arguments))));
        await AnswersAsync(() => DemoPrograms.RunAsync(DemoPrograms.Installed("pg_isready", "postgresql"), ["-q", "-h", "127.0.0.1", "-p", Text(_postgresPort)], cancellationToken), "PostgreSQL", cancellationToken);
    }

    private async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        _processes.Add(Quiet(DemoPrograms.Start(DemoPrograms.Installed("redis-server", "redis-server"), ["--port", Text(_redisPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()])));
        await AnswersAsync(() => DemoPrograms.RunAsync(DemoPrograms.Installed("redis-cli", "redis-server"), ["-p", Text(_redisPort), "PING"], cancellationToken), "Redis", cancellationToken);
    }

    private async Task AnswersAsync(Func<Task<string>> ask, string name, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartLimit, _clock);
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (DemoException exception)
            {
                if (limit.IsCancellationRequested) throw new DemoException($"{name} did not answer within {StartLimit.TotalSeconds:0} s: {exception.Message}");
                await Task.Delay(Look, _clock, cancellationToken);
            }
        }
    }

    private async Task FlapAsync(string client, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await DemoPrograms.RunAsync(client, ["-p", Text(_redisPort), "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"], CancellationToken.None);
            await Task.Delay(Cut, _clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static T AsPostgres<T>(string program, string[] arguments, Func<string, string[], T> run) => Environment.IsPrivilegedProcess
        ? run("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--", program, .. arguments])
        : run(program, arguments);

    // What it says is not for the stage, and must not fill its pipe.
    private static Process Quiet(Process process)
    {
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
