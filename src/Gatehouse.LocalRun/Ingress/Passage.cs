using System.Net;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Revisions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>
/// One request on its way to a revision: it waits for an instance, is forwarded, and is cut when its time is over. The time runs from the
/// request's arrival, so that a slow start counts. A WebSocket is a request that lasts.
/// </summary>
internal sealed class Passage(HttpContext context, RevisionRun revision, string? wanted, IHttpForwarder forwarder, Platform platform)
{
    // Our own limit is the only one: a quiet socket is no reason to end it.
    private static readonly TimeSpan NoActivityLimit = TimeSpan.FromHours(24);

    private static readonly TimeSpan EndOfProcess = TimeSpan.FromMilliseconds(250);     // real time: a process is no scaled thing

    private readonly long _began = platform.Clock.GetTimestamp();
    private Instance? _instance;
    private bool _isSocket;

    public async Task RunAsync()
    {
        using var timeout = new CancellationTokenSource(revision.Settings.Timeout, platform.Clock);
        HopHeaders.Remove(context.Request.Headers, context.Request.Headers.Connection);     // before an upgrade that goes no further takes that line away
        var isUpgrade = IsUpgrade();
        var gone = context.RequestAborted;
        FrontEndAnswer? answer;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, gone);
            var admission = await revision.Pool.AdmitAsync(wanted, either.Token);
            if (admission.Instance is { } instance)
            {
                _instance = instance;
                platform.Events.Add(new RequestAdmitted(revision.Settings.Service, revision.Name, instance.Name,
                    context.Request.Method, context.Request.Path, platform.Clock.GetElapsedTime(_began)));
                // Over HTTP/1.1 a container does not learn that its client has left; it does over HTTP/2 and from a WebSocket.
                if (!isUpgrade && !revision.Settings.SpeaksHttp2) context.RequestAborted = CancellationToken.None;
                answer = await ForwardAsync(instance, isUpgrade, timeout.Token);
            }
            else
            {
                answer = FrontEndAnswer.Of(admission.Refusal!.Value);
            }
        }
        catch (OperationCanceledException)
        {
            if (!timeout.IsCancellationRequested) return;       // the client has left while it waited
            answer = FrontEndAnswer.Timeout;
        }
        await FinishAsync(answer);
    }

    public void SocketIsOpen()
    {
        _isSocket = true;
        Answered(101, null);
        platform.Events.Add(new SocketOpened(revision.Settings.Service, revision.Name, _instance!.Name, context.Request.Path));
    }

    private bool IsUpgrade()
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && !revision.Settings.SpeaksHttp2) return true;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }) return true;
        // To a container that speaks HTTP/2 no upgrade gets through.
        context.Request.Headers.Remove("Upgrade");
        context.Request.Headers.Remove("Connection");
        return false;
    }

    private async Task<FrontEndAnswer?> ForwardAsync(Instance instance, bool isUpgrade, CancellationToken timeout)
    {
        try
        {
            if (revision.Settings.HasAffinity && wanted != instance.Name) AffinityCookie.Write(context.Response, instance.Name);
            var isHttp2 = revision.Settings.SpeaksHttp2;
            var error = await forwarder.SendAsync(context, FormattableString.Invariant($"http://127.0.0.1:{instance.Port}/"), instance.Connections, new()
            {
                ActivityTimeout = NoActivityLimit,
                Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            }, new RequestTransformer(this), timeout);
            if (error is ForwarderError.None) return null;
            if (timeout.IsCancellationRequested) return FrontEndAnswer.Timeout;
            var answer = error is ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyClient or ForwarderError.UpgradeRequestClient
                or ForwarderError.UpgradeResponseClient or ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled
                or ForwarderError.ResponseBodyCanceled or ForwarderError.UpgradeRequestCanceled or ForwarderError.UpgradeResponseCanceled
                ? null
                : FrontEndAnswer.BadConnection;
            // A process that ends closes its connections first: who is told of the error shall not meet the dead instance again.
            if (answer is not null) await Task.WhenAny(instance.Gone, Task.Delay(EndOfProcess, TimeProvider.System, CancellationToken.None));
            return answer;
        }
        finally
        {
            revision.Pool.Return(instance);
        }
    }

    private async Task FinishAsync(FrontEndAnswer? answer)
    {
        if (answer is not null)
            platform.Events.Log(answer.Severity, revision.Settings.Service, revision.Name, _instance?.Name, answer.Log);
        if (_isSocket)
        {
            platform.Events.Add(new SocketClosed(revision.Settings.Service, revision.Name, _instance!.Name, context.Request.Path,
                platform.Clock.GetElapsedTime(_began), answer?.Log));
            return;
        }
        if (answer is null)
        {
            Answered(context.Response.StatusCode, null);
            return;
        }
        Answered(answer.Status, answer.Log);
        if (context.Response.HasStarted) context.Abort();       // half an answer is none
        else await FrontEnd.WriteAsync(context, answer.Status, answer.Body);
    }

    private void Answered(int status, string? why) => platform.Events.Add(new RequestAnswered(revision.Settings.Service, revision.Name, _instance?.Name,
        context.Request.Method, context.Request.Path, status, platform.Clock.GetElapsedTime(_began), why));
}
