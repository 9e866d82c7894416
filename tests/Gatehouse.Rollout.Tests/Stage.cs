using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;
using Gatehouse.CloudRun.Rollout;
using Gatehouse.LocalRun;

namespace Gatehouse.Rollout.Tests;

/// <summary>A local Cloud Run with a service that is well, a real PostgreSQL and a real Redis behind it, and all that a rollout needs.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string Service = "chat";
    private const string Image = "example.org/chat";
    private const string JobImage = "example.org/jobs";
    private const double TimeScale = 5;

    private readonly PostgresServer _postgres;
    private readonly RedisServer _redis;
    private readonly LocalCloud _cloud;

    private Stage(PostgresServer postgres, RedisServer redis, LocalCloud cloud)
    {
        (_postgres, _redis, _cloud) = (postgres, redis, cloud);
        Api = new(ApiTarget.Local(cloud.Address), new NoTokens(), TimeProvider.System);
    }

    public CloudRunApi Api { get; }

    public Uri Address => _cloud.Address;

    public PostgresServer Postgres => _postgres;

    public static async Task<Stage> StartAsync()
    {
        var postgres = await PostgresServer.StartAsync("max_connections=400");
        var redis = await RedisServer.StartAsync();
        var options = new LocalCloudOptions { Port = 0, TimeScale = TimeScale };
        options.Images[Image] = new(Repository.Built("tests/Gatehouse.Rollout.Host", "Gatehouse.Rollout.Host"), []);
        options.Images[JobImage] = new(Repository.Built("src/Gatehouse.Server", "gatehouse-server"), []);
        var stage = new Stage(postgres, redis, await LocalCloud.StartAsync(options));
        await stage.JobAsync("migrate");
        var first = await stage._cloud.ApplyAsync(stage.Manifest("", named: $"{Service}-00001-first").Service);
        if (first.Status!.Conditions!.First(each => each.Type is "Ready") is { Status: not "True" } ready) throw new InvalidOperationException($"The service is not ready: {ready.Message}");
        return stage;
    }

    /// <summary>The service with a fault, or without one.</summary>
    public RolloutRequest Manifest(string fault, double seconds = 1, string? named = null, string? database = null) => new(new Service
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Service",
        Metadata = new() { Name = Service },
        Spec = new()
        {
            Template = new()
            {
                Metadata = new() { Name = named, Annotations = new Dictionary<string, string> { ["autoscaling.knative.dev/minScale"] = "1", ["autoscaling.knative.dev/maxScale"] = "2" } },
                Spec = new()
                {
                    ContainerConcurrency = 1000,
                    TimeoutSeconds = 3600,
                    Containers =
                    [
                        new()
                        {
                            Image = Image,
                            Env =
                            [
                                new() { Name = "ConnectionStrings__Database", Value = _postgres.ConnectionString(database ?? "postgres") },
                                new() { Name = "ConnectionStrings__Redis", Value = _redis.Endpoint },
                                new() { Name = "FAULT", Value = fault },
                                new() { Name = "FAULT_SECONDS", Value = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture) },
                                new() { Name = "Admission__HoldSeconds", Value = "1" },
                            ],
                            StartupProbe = new() { HttpGet = new() { Path = "/startup" }, PeriodSeconds = 1, FailureThreshold = 240 },
                        },
                    ],
                },
            },
        },
    });

    /// <summary>The shipped server as a job.</summary>
    public Job Job(string name, params string[] arguments) => new()
    {
        ApiVersion = ApiVersions.Jobs,
        Kind = "Job",
        Metadata = new() { Name = name },
        Spec = new()
        {
            Template = new()
            {
                Spec = new()
                {
                    Template = new()
                    {
                        Spec = new()
                        {
                            Containers =
                            [
                                new()
                                {
                                    Image = JobImage,
                                    Args = arguments,
                                    Env =
                                    [
                                        new() { Name = "ConnectionStrings__Database", Value = _postgres.ConnectionString() },
                                        new() { Name = "ConnectionStrings__Redis", Value = _redis.Endpoint },
                                    ],
                                },
                            ],
                        },
                    },
                },
            },
        },
    };

    public RolloutTools Tools(IRolloutJournal? journal = null) => new()
    {
        Api = Api,
        Clock = TimeProvider.System,
        Owner = OwnerProcess.Me(),
        Journal = journal,
        Settings = new() { Shares = [10, 50, 100], Pace = TimeSpan.FromMilliseconds(200), MoveWithin = TimeSpan.FromSeconds(10) },
        Verify = new()
        {
            Upgrades = 40,
            Turns = 12,
            Held = 2,
            Soak = TimeSpan.FromSeconds(3),
            Connections = 8,
            Window = TimeSpan.FromSeconds(1.5),
            Timeout = TimeSpan.FromSeconds(6),
        },
        Thresholds = new() { StartUp = TimeSpan.FromSeconds(30), FirstEventFloor = TimeSpan.FromSeconds(1.5) },
        Migration = new ServerJob(this, "migrate"),
        Mover = new ServerJob(this, "drain"),
    };

    /// <summary>Runs a job of the shipped server.</summary>
    public async Task<(int Code, string Text)> JobAsync(params string[] arguments)
    {
        await using var job = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Server", "gatehouse-server"), arguments)
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = _postgres.ConnectionString(), ["ConnectionStrings__Redis"] = _redis.Endpoint },
        });
        return (await job.ExitAsync(), job.Output.TrimEnd());
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _cloud.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}

/// <summary>What a job of Cloud Run would do, as a process of this machine.</summary>
internal sealed class ServerJob(Stage stage, string command) : IMigration, ISocketMover
{
    public string Description => $"gatehouse-server {command}";

    public Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken) => AnswerAsync(command);

    public Task<ErrandAnswer> AskAsync(string revision, CancellationToken cancellationToken) => AnswerAsync(command, "--revision", revision);

    private async Task<ErrandAnswer> AnswerAsync(params string[] arguments)
    {
        var (code, text) = await stage.JobAsync(arguments);
        return new(code is 0, text);
    }
}
