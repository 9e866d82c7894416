using Gatehouse.Admission;
using Gatehouse.Readiness;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Incidents;

/// <summary>A client whose connections can be given up and made anew, by the node that looks at its server.</summary>
internal sealed record RecycledClient(string Node, Action<string> Recycle);

/// <summary>Does what <see cref="ResponsePlan"/> says, as far as <see cref="ResponseGuard"/> lets it. Used by the incidents' loop alone.</summary>
internal sealed partial class Responder(
    IncidentOptions options, IEnumerable<RecycledClient> clients, ReadinessGraph readiness, Protection protection, IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<Responder> logger)
{
    // EX_TEMPFAIL: whoever starts it again is right.
    private const int TryAgain = 75;

    private readonly ResponseGuard _guard = new(clock);

    /// <returns>What was done, or would have been.</returns>
    public IEnumerable<(IncidentAction Action, string Text)> Respond(Incident incident)
    {
        if (options.Respond is RespondMode.Off) yield break;
        foreach (var response in ResponsePlan.For(incident))
        {
            if (!IsPossible(response) || !_guard.Permits(response)) continue;
            var dry = options.Respond is RespondMode.DryRun;
            var text = $"{(dry ? "Would have been done" : "Done")}: {Words(response)}, because {response.Because}.";
            LogResponse(incident.Id, text);
            if (!dry) Do(response);
            yield return (new(clock.GetUtcNow(), response.Kind, response.Node, response.Because, dry), text);
        }
    }

    /// <summary>Undoes what lasts only as long as the incident.</summary>
    public void Closed(Incident incident)
    {
        if (incident.Actions.Any(action => action is { Kind: ResponseKind.CloseAdmission, DryRun: false })) protection.End();
    }

    private bool IsPossible(Response response) => response.Kind switch
    {
        ResponseKind.RecycleClient => clients.Any(client => client.Node == response.Node),
        ResponseKind.RestartMonitor => response.Node is { } node && readiness.Current.Find(node) is not null,
        _ => true,
    };

    private void Do(Response response)
    {
        switch (response.Kind)
        {
            case ResponseKind.RecycleClient:
                foreach (var client in clients.Where(client => client.Node == response.Node)) client.Recycle(response.Because);
                break;
            case ResponseKind.RestartMonitor:
                readiness.CheckNow(response.Node!);
                break;
            case ResponseKind.CloseAdmission:
                protection.Begin();
                break;
            case ResponseKind.HandOverAndExit:
                Environment.ExitCode = TryAgain;
                lifetime.StopApplication();
                break;
        }
    }

    private static string Words(Response response) => response.Kind switch
    {
        ResponseKind.RecycleClient => $"the connections of {response.Node} are made anew",
        ResponseKind.RestartMonitor => $"the monitor of {response.Node} is tried again",
        ResponseKind.CloseAdmission => "newcomers are refused until this is over",
        _ => "the threads are handed over and the process ends",
    };

    [LoggerMessage(1811, LogLevel.Warning, "Incident {Id}: {Text}")]
    private partial void LogResponse(string id, string text);
}
