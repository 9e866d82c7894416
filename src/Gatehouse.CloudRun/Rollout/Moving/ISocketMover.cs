namespace Gatehouse.CloudRun.Rollout;

/// <summary>Asks the instances of a revision to send their clients away; whether they go is watched by the rollout.</summary>
public interface ISocketMover
{
    /// <summary>What is done, for the plan and the report.</summary>
    string Description { get; }

    Task<ErrandAnswer> AskAsync(string revision, CancellationToken cancellationToken);
}

/// <summary>Brings the database to what the candidate needs. It may run more than once.</summary>
public interface IMigration
{
    string Description { get; }

    Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken);
}

/// <summary>How a job or a command ended.</summary>
/// <param name="Text">Its last words, or what is known of them.</param>
public sealed record ErrandAnswer(bool Succeeded, string Text);
