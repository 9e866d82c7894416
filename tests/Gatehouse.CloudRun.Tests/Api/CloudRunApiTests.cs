using System.Collections.Concurrent;
using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.CloudRun.Tests.Api;

public sealed class CloudRunApiTests
{
    private const string Good = """{"kind":"Service","metadata":{"name":"chat","resourceVersion":"7"},"spec":{}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Reading_is_tried_again_when_the_API_fails_for_a_moment()
    {
        await using var server = await Answers.StartAsync((503, ""), (429, ""), (200, Good));
        Assert.Equal("chat", (await server.Api().FindServiceAsync("chat", Token))!.Name);
        Assert.Equal(3, server.Asked.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Change_of_which_nobody_knows_what_became_of_it_is_not_sent_again()
    {
        await using var server = await Answers.StartAsync((500, "oops"), (200, Good));
        var exception = await Assert.ThrowsAsync<ApiException>(() => server.Api().ReplaceServiceAsync(Read, Token));
        Assert.Equal((ApiFault.Unknown, 1), (exception.Fault, server.Asked.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task Change_that_was_refused_for_lack_of_room_is_sent_again()
    {
        await using var server = await Answers.StartAsync((429, ""), (200, Good));
        await server.Api().ReplaceServiceAsync(Read, Token);
        Assert.Equal(2, server.Asked.Count);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"error":{"code":409,"status":"ABORTED","message":"Conflict for resource 'chat'"}}""")]
    [InlineData("""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"Conflict for resource 'chat'","reason":"Conflict","code":409}""")]
    public async Task Conflict_is_known_in_both_dialects(string body)
    {
        await using var server = await Answers.StartAsync((409, body));
        var exception = await Assert.ThrowsAsync<ApiException>(() => server.Api().ReplaceServiceAsync(Read, Token));
        Assert.Equal(ApiFault.Conflict, exception.Fault);
        Assert.EndsWith(": Conflict for resource 'chat'", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Token_that_has_expired_is_got_anew_once_and_no_token_is_ever_told()
    {
        await using var server = await Answers.StartAsync((401, ""), (200, Good), (401, ""), (401, ""));
        var api = server.Api(new CountingTokens());
        await api.FindServiceAsync("chat", Token);
        Assert.Equal(["Bearer secret-1", "Bearer secret-2"], server.Asked);
        var exception = await Assert.ThrowsAsync<ApiException>(() => api.FindServiceAsync("chat", Token));
        Assert.Equal(ApiFault.Unauthenticated, exception.Fault);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("""{"error":{"code":400,"message":"bad header: Bearer secret-1"}}""")]
    [InlineData("<html>Authorization: Bearer secret-1</html>")]
    public async Task Token_that_an_answer_repeats_is_not_told(string body)
    {
        await using var server = await Answers.StartAsync((400, body));
        var exception = await Assert.ThrowsAsync<ApiException>(() => server.Api(new CountingTokens()).FindServiceAsync("chat", Token));
        Assert.Contains("Bearer (the token)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Answer_that_is_no_service_is_not_taken_for_one()
    {
        await using var server = await Answers.StartAsync((200, "{}"), (200, "{}"));
        foreach (var attempt in (Func<Task>[])[() => server.Api().FindServiceAsync("chat", Token), () => server.Api().ReplaceServiceAsync(Read, Token)])
            Assert.Equal("the answer is not the service 'chat': is that the address of a Knative Serving API?", (await Assert.ThrowsAsync<ApiException>(attempt)).Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task Waiting_for_an_answer_is_told_and_so_is_each_new_try()
    {
        await using var server = await Answers.StartAsync((503, ""), (200, Good));
        var (clock, told) = (new PressedClock(), new ConcurrentQueue<string>());
        server.OnAsked = clock.Press;
        using var api = new CloudRunApi(ApiTarget.Local(server.Address), new NoTokens(), clock) { Waits = told.Enqueue };
        await api.FindServiceAsync("chat", Token);
        const string Path = "GET /apis/serving.knative.dev/v1/namespaces/local/services/chat";
        var waits = $"the API has not answered {Path} yet";
        Assert.Equal([waits, $"{Path}: 503 ServiceUnavailable; trying again, 2 of 5", waits], told);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_not_there_is_null_and_what_is_forbidden_says_which_role_is_missing()
    {
        await using var server = await Answers.StartAsync((404, ""), (403, ""));
        Assert.Null(await server.Api().FindServiceAsync("chat", Token));
        var exception = await Assert.ThrowsAsync<ApiException>(() => server.Api().FindServiceAsync("chat", Token));
        Assert.Contains("roles/run.developer", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task First_source_that_has_a_token_is_taken()
    {
        var environment = new EnvironmentTokens(name => name is "CLOUDSDK_AUTH_ACCESS_TOKEN" ? "of-gcloud\n" : null);
        Assert.Equal("of-gcloud", await new FirstTokens(new NoTokens(), environment).GetAsync(false, Token));
        var exception = await Assert.ThrowsAsync<ApiException>(async () => await new FirstTokens(new NoTokens()).GetAsync(false, Token));
        Assert.Contains("GATEHOUSE_TOKEN", exception.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Metadata_server_is_asked_as_it_wants_and_its_token_is_kept()
    {
        await using var server = await Answers.StartAsync((200, """{"access_token":"of-metadata","expires_in":3599}"""));
        using var tokens = new MetadataTokens(TimeProvider.System, server.Address);
        Assert.Equal("of-metadata", await tokens.GetAsync(false, Token));
        Assert.Equal("of-metadata", await tokens.GetAsync(false, Token));
        Assert.Equal(["Google /computeMetadata/v1/instance/service-accounts/default/token"], server.Flavours);
    }

    [Fact(Timeout = 60_000)]
    public async Task Command_gcloud_is_asked_and_may_be_missing()
    {
        var script = Path.Combine(Directory.CreateTempSubdirectory("gatehouse-").FullName, "gcloud");
        await File.WriteAllTextAsync(script, "#!/bin/sh\n[ \"$*\" = 'auth print-access-token --quiet' ] && echo of-command\n", Token);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal("of-command", await new GcloudTokens(TimeProvider.System, script).GetAsync(false, Token));
        Assert.Null(await new GcloudTokens(TimeProvider.System, $"{script}-missing").GetAsync(false, Token));
        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
    }

    private static Service Read { get; } = new() { Metadata = new() { Name = "chat", ResourceVersion = "7" } };

    private sealed class CountingTokens : IAccessTokens
    {
        private int _given = 1;

        public ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken)
        {
            if (fresh) _given++;
            return new($"secret-{_given}");
        }
    }

    /// <summary>Lets the time of a repeating timer come when the test says so.</summary>
    private sealed class PressedClock : TimeProvider
    {
        private Action _due = () => { };

        public void Press() => _due();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero) _due = () => callback(state);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>A server that gives these answers in turn.</summary>
    private sealed class Answers : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly List<CloudRunApi> _apis = [];

        private Answers(WebApplication app) => _app = app;

        public ConcurrentQueue<string> Asked { get; } = [];

        public ConcurrentQueue<string> Flavours { get; } = [];

        public Action OnAsked { get; set; } = () => { };

        public Uri Address { get; private set; } = null!;

        public static async Task<Answers> StartAsync(params (int Status, string Body)[] answers)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var (server, left) = (new Answers(app), new ConcurrentQueue<(int Status, string Body)>(answers));
            app.Run(context =>
            {
                server.Asked.Enqueue(context.Request.Headers.Authorization.ToString());
                server.Flavours.Enqueue($"{context.Request.Headers["Metadata-Flavor"]} {context.Request.Path}");
                server.OnAsked();
                if (!left.TryDequeue(out var answer)) answer = (500, "asked once too often");
                context.Response.StatusCode = answer.Status;
                return context.Response.WriteAsync(answer.Body);
            });
            await app.StartAsync();
            server.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            return server;
        }

        public CloudRunApi Api(IAccessTokens? tokens = null)
        {
            var api = new CloudRunApi(ApiTarget.Local(Address), tokens ?? new NoTokens(), TimeProvider.System);
            _apis.Add(api);
            return api;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var api in _apis) api.Dispose();
            await _app.DisposeAsync();
        }
    }
}
