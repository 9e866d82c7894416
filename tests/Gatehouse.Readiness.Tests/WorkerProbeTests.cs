using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness.Tests;

/// <summary>The probes of a host that serves no HTTP, over real sockets.</summary>
public sealed class WorkerProbeTests
{
    [Fact]
    public async Task A_worker_answers_the_three_probes_in_one_line()
    {
        var answer = new TaskCompletionSource<CheckResult>();
        using var worker = await StartAsync(graph => graph.Node("queue", (_, _) => answer.Task));
        using var client = ClientOf(worker);

        var startup = await client.GetAsync("/startup");
        var body = await startup.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "queue"), (startup.StatusCode, body.GetProperty("nodes")[0].GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);

        answer.SetResult(CheckResult.Healthy);
        await worker.Services.GetRequiredService<ReadinessGraph>().WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/startup")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/ready")).StatusCode);
        await worker.StopAsync().WaitAsync(GraphHarness.Patience);
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/metrics", HttpStatusCode.NotFound)]
    [InlineData("POST", "/ready", HttpStatusCode.MethodNotAllowed)]
    public async Task It_serves_nothing_else(string method, string path, HttpStatusCode expected)
    {
        using var worker = await StartAsync(graph => graph.Node("queue", Checks.Healthy));
        using var client = ClientOf(worker);

        using var answer = await client.SendAsync(new(new(method), path) { Content = new StringContent(new('x', 100_000)) });

        Assert.Equal(expected, answer.StatusCode);
        await worker.StopAsync().WaitAsync(GraphHarness.Patience);
    }

    [Fact]
    public async Task Clients_that_send_half_a_request_or_nothing_delay_neither_the_probes_nor_the_stop()
    {
        using var worker = await StartAsync(graph => graph.Node("queue", Checks.Healthy));
        using var client = ClientOf(worker);
        var hostile = new List<Socket>();
        try
        {
            for (var index = 0; index < 300; index++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                hostile.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, client.BaseAddress!.Port);
                if (index % 2 == 0) await socket.SendAsync("GET /startup HT"u8.ToArray());
            }

            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
            await worker.StopAsync().WaitAsync(GraphHarness.Patience);
        }
        finally
        {
            foreach (var socket in hostile) socket.Dispose();
        }
    }

    /// <summary>Trap 1 of the platform: a hosted service that is slow to start keeps everything silent that starts after it.</summary>
    [Fact]
    public async Task The_probes_answer_while_a_hosted_service_blocks_the_start_and_while_one_blocks_the_stop()
    {
        var gate = new GatedService();
        using var worker = Build(graph => graph.Node("queue", Checks.Healthy), services => services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(gate)));
        var starting = worker.StartAsync();
        await gate.Starting.WaitAsync(GraphHarness.Patience);
        using var client = ClientOf(worker);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/startup")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        gate.MayStart.SetResult();
        await starting.WaitAsync(GraphHarness.Patience);
        await worker.Services.GetRequiredService<ReadinessGraph>().WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        var stopping = worker.StopAsync();
        await gate.Stopping.WaitAsync(GraphHarness.Patience);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/ready")).StatusCode);
        gate.MayStop.SetResult();
        await stopping.WaitAsync(GraphHarness.Patience);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/ready"));
    }

    [Fact]
    public async Task A_port_that_is_taken_fails_the_start_by_its_name()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var worker = Build(graph => graph.Node("queue", Checks.Healthy), port: port);

        var refusal = await Assert.ThrowsAsync<IOException>(() => worker.StartAsync());

        Assert.Contains($"{port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Probes_without_a_graph_are_refused_with_what_would_be_right()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddReadinessProbes(0);

        using var worker = builder.Build();
        var refusal = Assert.Throws<InvalidOperationException>(() => worker.Start());

        Assert.Contains("AddReadiness(", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_number_that_is_no_port_is_refused(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServiceCollection().AddReadinessProbes(port));

    private static async Task<IHost> StartAsync(Action<ReadinessGraphBuilder> declare)
    {
        var worker = Build(declare);
        await worker.StartAsync().WaitAsync(GraphHarness.Patience);
        return worker;
    }

    private static IHost Build(Action<ReadinessGraphBuilder> declare, Action<IServiceCollection>? more = null, int port = 0)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddReadiness(declare).AddReadinessProbes(port, IPAddress.Loopback);
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private static HttpClient ClientOf(IHost worker) => new()
    {
        BaseAddress = new(worker.Services.GetServices<IHostedService>().OfType<ProbeListener>().Single().Address),
        Timeout = GraphHarness.Patience,
    };

    private sealed class GatedService : IHostedService
    {
        private readonly TaskCompletionSource _starting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Starting => _starting.Task;

        public Task Stopping => _stopping.Task;

        public TaskCompletionSource MayStart { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayStop { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _starting.SetResult();
            return MayStart.Task;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _stopping.SetResult();
            return MayStop.Task;
        }
    }
}
