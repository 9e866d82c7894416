using System.Text.Json;
using Gatehouse.Agents;
using Gatehouse.Protocol;
using Gatehouse.Runs;
using Gatehouse.Store;

namespace Gatehouse.Chat;

/// <summary>A refusal of a command.</summary>
internal sealed class RefusedException(ErrorCode code, string message, int? retryAfterMs = null) : Exception(message)
{
    public ErrorCode Code => code;

    public int? RetryAfterMs => retryAfterMs;
}

/// <summary>
/// Where a command becomes durable: what is acknowledged has been committed. The store decides; the thread's owner is only nudged.
/// </summary>
internal sealed class Intake(
    IStore store, ThreadOwners owners, ISignals signals, AgentCatalog agents, GatehouseOptions options, Instance instance, TimeProvider clock)
{
    private const int ThreadsPerPage = 50;

    public async Task<AcceptResult.Done> RunAsync(RunCommand command, bool selfTest, CancellationToken cancellationToken)
    {
        var agent = command.Agent ?? agents.Default;
        if (!selfTest && !agents.Names.Contains(agent))
            throw new RefusedException(ErrorCode.UnknownAgent, $"There is no agent {agent}; there are {string.Join(", ", agents.Names)}.");
        if (SelfTest.Owns(command.ThreadId) != selfTest)
            throw new RefusedException(ErrorCode.InvalidCommand, "threadId begins with selftest., which the server keeps for itself");
        var run = new NewRun(command.ThreadId, command.MessageId, command.Text, agent, NewRunId(), clock.GetUtcNow(), selfTest);
        var done = await SettleAsync(await store.AcceptAsync(run, instance.Id, cancellationToken), cancellationToken);
        if (done.Queued > 0 && !done.Again)
            Tell(new Signal.Queued(done.ThreadId, done.RunId, command.MessageId, command.Text));
        return done;
    }

    public async Task<AcceptResult.Done> AnswerAsync(AnswerCommand command, CancellationToken cancellationToken)
    {
        var (approved, reason) = ReadApproval(command.Payload);
        var answer = new NewAnswer(command.InterruptId, command.Payload.GetRawText(), approved, reason, NewRunId(), clock.GetUtcNow());
        return await SettleAsync(await store.AnswerAsync(answer, instance.Id, cancellationToken), cancellationToken);
    }

    public async Task CancelAsync(string runId, CancellationToken cancellationToken)
    {
        if (await store.CancelAsync(runId, cancellationToken) is not { } threadId)
            throw new RefusedException(ErrorCode.UnknownRun, "There is no such run.");
        Tell(new Signal.Cancel(threadId, runId));
    }

    public Task<ThreadPage> ThreadsAsync(string? before, CancellationToken cancellationToken) =>
        store.ThreadsAsync(before, ThreadsPerPage, cancellationToken);

    // The owner is here, or wherever the signal finds it.
    private void Tell(Signal.OfThread signal)
    {
        if (!owners.Hear(signal)) signals.Send(signal);
    }

    // Time-ordered, so that ids in logs sort; random enough that nobody guesses another's.
    private static string NewRunId() => Guid.CreateVersion7().ToString("N");

    private async Task<AcceptResult.Done> SettleAsync(AcceptResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case AcceptResult.Done done:
                if (done.Claim is { } claim) owners.Own(claim);
                // Alone with the store, an owner that is neither here nor null was left by a process that is gone.
                else if (!options.IsDistributed && !done.Again && !owners.Owns(done.ThreadId))
                    await owners.TryClaimAsync(done.ThreadId, cancellationToken);
                return done;
            case AcceptResult.Conflict:
                throw new RefusedException(ErrorCode.Conflict, "This id was used before, for something else.");
            case AcceptResult.QueueFull:
                throw new RefusedException(ErrorCode.QueueFull, $"{Limits.QueuedRuns} messages wait in this thread.", 2000);
            default:
                throw new RefusedException(ErrorCode.UnknownInterrupt, "There is no such interrupt.");
        }
    }

    private static (bool Approved, string? Reason) ReadApproval(JsonElement payload)
    {
        if (payload.ValueKind is not JsonValueKind.Object || !payload.TryGetProperty("approved", out var approved)
            || approved.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw new RefusedException(ErrorCode.InvalidCommand, """payload has to be {"approved": true or false, "reason"?: string}""");
        if (!payload.TryGetProperty("reason", out var reason)) return (approved.GetBoolean(), null);
        if (reason.ValueKind is not JsonValueKind.String)
            throw new RefusedException(ErrorCode.InvalidCommand, "payload.reason has to be a string");
        try
        {
            return (approved.GetBoolean(), reason.GetString());
        }
        catch (InvalidOperationException)
        {
            throw new RefusedException(ErrorCode.InvalidCommand, "payload.reason holds half a surrogate pair");
        }
    }
}
