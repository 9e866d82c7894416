using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.CloudRun.Tests.Rollout;

/// <summary>What the platform does with a PUT in place of doing it.</summary>
internal enum PutFault
{
    /// <summary>Somebody else was quicker.</summary>
    Conflict,

    /// <summary>500, and it was not done.</summary>
    FailsBefore,

    /// <summary>500, and it was done.</summary>
    FailsAfter,
}

/// <summary>
/// The platform's REST and its ingress over a real socket, with revisions that do as the test says. It is strict where Cloud Run is: resource
/// versions, sums of traffic, names.
/// </summary>
internal sealed class ScriptedPlatform : IAsyncDisposable
{
    public const string Name = "chat";
    private const string First = "chat-00001-old";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, ScriptedRevision> _revisions = new(StringComparer.Ordinal);
    private Service? _service;
    private int _version = 1;
    private int _routed;
    private int _port;

    private ScriptedPlatform(WebApplication app) => _app = app;

    /// <summary>How a new revision behaves.</summary>
    public Action<ScriptedRevision> Script { get; set; } = _ => { };

    /// <summary>Called with the number of each PUT before it is done, and again after.</summary>
    public Func<int, bool, PutFault?> OnPut { get; set; } = (_, _) => null;

    public int Puts { get; private set; }

    /// <summary>The shares of each PUT, as <c>old 95, new 5</c>.</summary>
    public List<string> Traffic { get; } = [];

    public ScriptedRevision Old => _revisions[First];

    public ScriptedRevision? New => _revisions.Values.FirstOrDefault(revision => revision.Name != First);

    public IReadOnlyCollection<string> RevisionNames => [.. _revisions.Keys];

    public Service? Service
    {
        get
        {
            lock (_gate) return _service is { } service ? WithStatusLocked(service) : null;
        }
    }

    public Uri Address => new(FormattableString.Invariant($"http://localhost:{_port}"));

    public CloudRunApi Api { get; private set; } = null!;

    /// <param name="isEmpty">There is no service yet.</param>
    public static async Task<ScriptedPlatform> StartAsync(bool isEmpty = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var platform = new ScriptedPlatform(app);
        app.UseWebSockets();
        app.Run(platform.AnswerAsync);
        await app.StartAsync();
        platform._port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        platform.Api = new(ApiTarget.Local(platform.Address), new NoTokens(), TimeProvider.System);
        if (isEmpty) return platform;
        platform._revisions[First] = new(First);
        platform._service = Manifest("app:1") with
        {
            Metadata = new() { Name = Name, ResourceVersion = "1", Generation = 1 },
            Spec = Manifest("app:1").Spec with { Traffic = [new() { LatestRevision = true, Percent = 100 }] },
        };
        platform._service = platform._service with
        {
            Spec = platform._service.Spec with { Template = platform._service.Spec.Template with { Metadata = new() { Name = First } } },
        };
        return platform;
    }

    public static Service Manifest(string image) => new()
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Service",
        Metadata = new() { Name = Name },
        Spec = new() { Template = new() { Spec = new() { Containers = [new() { Image = image }] } } },
    };

    /// <summary>Changes the traffic by hand, as somebody else does.</summary>
    public void Interfere(params IReadOnlyList<TrafficTarget> traffic)
    {
        lock (_gate) StoreLocked(_service! with { Spec = _service!.Spec with { Traffic = traffic } });
    }

    /// <summary>Deploys another image by hand, with all traffic and without our tags, as an operator in a hurry does; annotations stay.</summary>
    public void Hotfix(string image)
    {
        lock (_gate)
        {
            var template = Manifest(image).Spec.Template;
            StoreLocked(_service! with { Spec = new() { Template = template with { Metadata = new() { Name = "chat-00009-fix" } }, Traffic = [new() { LatestRevision = true, Percent = 100 }] } });
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return host.EndsWith(".localhost", StringComparison.Ordinal) ? IngressAsync(context, host[..^".localhost".Length]) : ApiAsync(context);
    }

    private async Task IngressAsync(HttpContext context, string name)
    {
        if (Route(name) is not { IsDeleted: false } revision)
        {
            context.Response.StatusCode = 404;
            return;
        }
        switch (context.Request.Path.Value)
        {
            case "/ws": await revision.ServeAsync(context); break;
            case "/ready" or "/startup": context.Response.StatusCode = revision.Ready(); break;
            case "/api/status":
                var instances = new JsonArray([.. _revisions.Values.Where(each => !each.IsDeleted).Select(each => (JsonNode)each.Status())]);
                await context.Response.WriteAsync(new JsonObject { ["revision"] = revision.Name, ["ready"] = true, ["instances"] = instances }.ToJsonString());
                break;
            default: context.Response.StatusCode = 404; break;
        }
    }

    /// <summary>By tag, or by share: every hundredth in turn.</summary>
    private ScriptedRevision? Route(string name)
    {
        lock (_gate)
        {
            var targets = Targets(_service!);
            if (name.Split("---") is [var tag, _]) return targets.FirstOrDefault(target => target.Tag == tag) is { } tagged ? _revisions.GetValueOrDefault(tagged.RevisionName!) : null;
            var at = _routed++ * 37 % 100;
            foreach (var target in targets)
                if ((at -= target.Percent ?? 0) < 0) return _revisions.GetValueOrDefault(target.RevisionName!);
            return null;
        }
    }

    private async Task ApiAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (kind, name) = (path[5], path.ElementAtOrDefault(6));
        switch (kind, context.Request.Method)
        {
            case (_, _) when path[4] is not "local": await RefuseAsync(context, 404, "NOT_FOUND", $"There is no project '{path[4]}' here."); break;
            case ("services", "GET") when name is null: await context.Response.WriteAsync("""{"items":[]}"""); break;
            case ("services", "GET") when Service is { } service: await WriteAsync(context, service); break;
            case ("services", "POST"): await PutAsync(context, isNew: true); break;
            case ("services", "PUT"): await PutAsync(context, isNew: false); break;
            case ("revisions", "GET") when _revisions.GetValueOrDefault(name!) is { IsDeleted: false } revision:
                await WriteAsync(context, RevisionOf(revision));
                break;
            case ("revisions", "DELETE"):
                await DeleteAsync(context, name!);
                break;
            default: await RefuseAsync(context, 404, "NOT_FOUND", $"{name} not found"); break;
        }
    }

    private async Task PutAsync(HttpContext context, bool isNew)
    {
        var wanted = (await JsonSerializer.DeserializeAsync(context.Request.Body, ResourceJson.Default.Service))!;
        int number;
        lock (_gate) number = ++Puts;
        var before = OnPut(number, false);
        if (before is PutFault.Conflict)
            lock (_gate) StoreLocked(_service!);        // somebody writes what is there already
        if (before is PutFault.FailsBefore)
        {
            await RefuseAsync(context, 500, "INTERNAL", "try again");
            return;
        }
        string? mistake;
        lock (_gate)
        {
            mistake = (isNew ? _service is null ? null : "409 already exists" : _version.ToString(CultureInfo.InvariantCulture) == wanted.Metadata.ResourceVersion ? null
                : $"409 Conflict for resource '{Name}': version '{wanted.Metadata.ResourceVersion}' was specified but current version is '{_version}'.") ?? Mistake(wanted);
            if (mistake is null) StoreLocked(wanted);
        }
        if (mistake is not null) await RefuseAsync(context, int.Parse(mistake[..3], CultureInfo.InvariantCulture), "ABORTED", mistake[4..]);
        else if (OnPut(number, true) is not null || before is PutFault.FailsAfter) await RefuseAsync(context, 500, "INTERNAL", "who knows");
        else await WriteAsync(context, Service!);
    }

    private string? Mistake(Service wanted)
    {
        var sum = (wanted.Spec.Traffic ?? []).Sum(target => target.Percent ?? 0);
        if (sum is not 100) return $"400 Traffic targets sum to {sum}, want 100";
        var named = wanted.Spec.Template.Metadata.Name!;
        return (wanted.Spec.Traffic ?? []).FirstOrDefault(target => target.RevisionName is { } each && each != named && !_revisions.ContainsKey(each)) is { } missing
            ? $"400 Revision \"{missing.RevisionName}\" referenced in traffic not found."
            : null;
    }

    private void StoreLocked(Service wanted)
    {
        _version++;
        var named = wanted.Spec.Template.Metadata.Name!;
        var isChange = _service?.Spec.Template.Metadata.Name != named;
        _service = wanted with
        {
            Metadata = wanted.Metadata with { ResourceVersion = _version.ToString(CultureInfo.InvariantCulture), Generation = (_service?.Metadata.Generation ?? 0) + 1 },
        };
        if (isChange) _revisions.GetOrAdd(named, name =>
        {
            var revision = new ScriptedRevision(name);
            Script(revision);
            return revision;
        });
        Traffic.Add(string.Join(", ", Targets(_service).Where(target => target.Percent > 0).Select(target => $"{(target.RevisionName == First ? "old" : "new")} {target.Percent}")));
    }

    private async Task DeleteAsync(HttpContext context, string name)
    {
        bool isUsed;
        lock (_gate) isUsed = _service!.Spec.Template.Metadata.Name == name || Targets(_service).Any(target => target.RevisionName == name);
        if (isUsed) await RefuseAsync(context, 400, "FAILED_PRECONDITION", $"Revision '{name}' is the latest, or has traffic.");
        else if (_revisions.TryGetValue(name, out var revision)) (revision.IsDeleted, revision.UsersOpen) = (true, 0);
    }

    private static Revision RevisionOf(ScriptedRevision revision) => new()
    {
        ApiVersion = ApiVersions.Serving,
        Kind = "Revision",
        Metadata = new() { Name = revision.Name },
        Status = new()
        {
            Conditions =
            [
                new()
                {
                    Type = "Ready",
                    Status = revision.IsReady switch { true => "True", false => "False", null => "Unknown" },
                    Reason = revision.IsReady is false ? "HealthCheckContainerError" : null,
                    Message = revision.IsReady is true ? null : "The user provided container failed to start and listen on port defined by PORT=8080.",
                },
            ],
        },
    };

    private static IReadOnlyList<TrafficTarget> Targets(Service service) =>
        [.. (service.Spec.Traffic ?? []).Select(target => target.LatestRevision is true ? target with { RevisionName = First } : target)];

    private Service WithStatusLocked(Service service) => service with
    {
        Status = new()
        {
            ObservedGeneration = service.Metadata.Generation,
            Url = FormattableString.Invariant($"http://{Name}.localhost:{_port}"),
            Traffic = [.. Targets(service).Select(target => target with { Url = target.Tag is { } tag ? FormattableString.Invariant($"http://{tag}---{Name}.localhost:{_port}") : null })],
        },
    };

    private static Task WriteAsync(HttpContext context, Service service) => context.Response.WriteAsync(JsonSerializer.Serialize(service, ResourceJson.Default.Service));

    private static Task WriteAsync(HttpContext context, Revision revision) => context.Response.WriteAsync(JsonSerializer.Serialize(revision, ResourceJson.Default.Revision));

    private static Task RefuseAsync(HttpContext context, int status, string word, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(new JsonObject { ["error"] = new JsonObject { ["code"] = status, ["status"] = word, ["message"] = message } }.ToJsonString());
    }
}
