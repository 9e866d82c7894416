using System.Collections.Concurrent;
using System.Text.Json;
using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Operations.Incidents;

/// <summary>The webhook before a real receiver.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<JsonElement> _received = [];
    private readonly ConcurrentQueue<int> _answers = [];
    private WebApplication _receiver = null!;
    private Uri _address = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.MapPost("/hook", async context =>
        {
            _received.Add((await JsonDocument.ParseAsync(context.Request.Body)).RootElement);
            context.Response.StatusCode = _answers.TryDequeue(out var answer) ? answer : 200;
        });
        await _receiver.StartAsync();
        _address = new($"{_receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/hook?token=hocus-pocus");
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _received.Dispose();
    }

    [Fact]
    public async Task The_plain_form_is_the_incident_without_its_case()
    {
        var (told, body) = await TellAsync(WebhookForm.Plain, Incident);

        Assert.Null(told);
        Assert.Equal("20260102-030405-abcdef", body.GetProperty("id").GetString());
        Assert.Equal("confirmed", body.GetProperty("diagnosis").GetProperty("verdict").GetString());
        Assert.False(body.TryGetProperty("case", out _));
    }

    [Theory]
    [InlineData(false, "firing", "0001-01-01T00:00:00Z")]
    [InlineData(true, "resolved", "2026-01-02T03:14:05.000Z")]
    public async Task Alertmanagers_form_has_what_its_receivers_read(bool closed, string status, string end)
    {
        var (_, body) = await TellAsync(WebhookForm.Alertmanager, closed ? Incident with { ClosedAt = Incident.OpenedAt.AddMinutes(10) } : Incident);

        Assert.Equal(("4", status, "gatehouse"), (body.GetProperty("version").GetString(), body.GetProperty("status").GetString(), body.GetProperty("receiver").GetString()));
        var alert = Assert.Single(body.GetProperty("alerts").EnumerateArray());
        Assert.Equal((status, "2026-01-02T03:04:05.000Z", end), (alert.GetProperty("status").GetString(), alert.GetProperty("startsAt").GetString(), alert.GetProperty("endsAt").GetString()));
        Assert.Equal("GatehouseIncident", alert.GetProperty("labels").GetProperty("alertname").GetString());
        Assert.Equal("readiness_lost", alert.GetProperty("labels").GetProperty("rule").GetString());
        Assert.Equal("It listens nowhere.", alert.GetProperty("annotations").GetProperty("description").GetString());
        Assert.Equal("Start it. systemctl start it", alert.GetProperty("annotations").GetProperty("remedy").GetString());
        Assert.Equal(16, alert.GetProperty("fingerprint").GetString()!.Length);
        foreach (var name in new[] { "groupKey", "truncatedAlerts", "groupLabels", "commonLabels", "commonAnnotations", "externalURL" }) Assert.True(body.TryGetProperty(name, out _), name);
    }

    [Fact]
    public async Task What_is_not_taken_is_told_again_and_given_up_after_five_attempts()
    {
        var clock = new PauseClock();
        var log = new Lines();
        foreach (var answer in new[] { 500, 500, 200, 503, 503, 503, 503, 503 }) _answers.Enqueue(answer);
        using var webhook = new Webhook(new() { Webhook = _address }, clock, log);
        var told = new BlockingCollection<string?>();
        using var stop = new CancellationTokenSource();
        var running = webhook.RunAsync((_, why) => told.Add(why), stop.Token);

        webhook.Tell(Incident);
        Assert.Null(await ToldAsync(told, clock));
        webhook.Tell(Incident);
        Assert.Equal("it answered 503", await ToldAsync(told, clock));

        Assert.Equal(8, _received.Count);
        Assert.NotEmpty(log.All);
        Assert.DoesNotContain(log.All, line => line.Contains("hocus"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Who_hears_of_it_and_fails_does_not_end_the_telling()
    {
        using var webhook = new Webhook(new() { Webhook = _address }, TimeProvider.System, NullLogger<Webhook>.Instance);
        using var stop = new CancellationTokenSource();
        var heard = new BlockingCollection<string>();
        var running = webhook.RunAsync(
            (incident, _) =>
            {
                heard.Add(incident.Id);
                if (incident.Id != "second") throw new InvalidOperationException("The first one is too much.");
            },
            stop.Token);

        webhook.Tell(Incident);
        webhook.Tell(Incident with { Id = "second" });

        Assert.Equal(["20260102-030405-abcdef", "second"], heard.GetConsumingEnumerable(new CancellationTokenSource(Patience).Token).Take(2));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Without_an_address_nothing_is_told_and_nothing_waits()
    {
        using var webhook = new Webhook(new(), TimeProvider.System, NullLogger<Webhook>.Instance);

        webhook.Tell(Incident);

        await webhook.RunAsync((_, _) => Assert.Fail("It was told."), default).WaitAsync(Patience);
    }

    private static Incident Incident { get; } = new()
    {
        Id = "20260102-030405-abcdef",
        Version = 2,
        Title = "Nothing listens",
        Rules = [IncidentRule.ReadinessLost],
        Instance = "one",
        Revision = "r1",
        OpenedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Case = new() { At = DateTimeOffset.UnixEpoch },
        Diagnosis = new()
        {
            At = DateTimeOffset.UnixEpoch,
            Subject = new(),
            Verdict = Verdict.Confirmed,
            Summary = "It listens nowhere.",
            Roots =
            [
                new()
                {
                    Code = "database.refusing",
                    Title = "Nothing listens",
                    Verdict = Verdict.Confirmed,
                    Path = [],
                    Remedies = [new() { When = RemedyTime.Now, Text = "Start it.", Command = "systemctl start it", Owner = Owner.OnCall, Risk = Risk.None, IsReversible = true }],
                },
            ],
        },
    };

    private async Task<(string? Told, JsonElement Body)> TellAsync(WebhookForm form, Incident incident)
    {
        using var webhook = new Webhook(new() { Webhook = _address, Form = form }, TimeProvider.System, NullLogger<Webhook>.Instance);
        using var stop = new CancellationTokenSource();
        var told = new TaskCompletionSource<string?>();
        var running = webhook.RunAsync((_, why) => told.SetResult(why), stop.Token);
        webhook.Tell(incident);
        var why = await told.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return (why, _received.Take());
    }

    // Each pause between two attempts passes as soon as it has begun.
    private static async Task<string?> ToldAsync(BlockingCollection<string?> told, PauseClock clock)
    {
        var telling = Task.Run(() => told.TryTake(out var why, Patience) ? why : throw new TimeoutException("The webhook told nothing."));
        while (!telling.IsCompleted)
            if (clock.Pauses.TryTake(out var pause, TimeSpan.FromMilliseconds(50))) clock.Advance(pause);
        return await telling;
    }

    /// <summary>Tells of each timer that is not the limit of a request.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        public BlockingCollection<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero && dueTime != TimeSpan.FromSeconds(5)) Pauses.Add(dueTime);
            return timer;
        }
    }

    private sealed class Lines : ILogger<Webhook>
    {
        public ConcurrentQueue<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
