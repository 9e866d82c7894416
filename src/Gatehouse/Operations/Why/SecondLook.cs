using Gatehouse.Diagnosis;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Why;

/// <summary>
/// Has nodes checked now that a diagnosis wants to know more of: all of them at once, for two seconds at most, by their own checks,
/// which change nothing.
/// </summary>
internal sealed class SecondLook(ReadinessGraph readiness, TimeProvider clock)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<Recheck>> LookAsync(IReadOnlyList<LookAgain> wanted, CancellationToken cancellationToken)
    {
        var before = readiness.Current;
        var names = wanted.Select(each => each.Node).Where(name => before.Find(name) is not null).Distinct(StringComparer.Ordinal).ToList();
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        foreach (var name in names) readiness.CheckNow(name);
        var snapshot = before;
        try
        {
            await foreach (var newer in readiness.WatchAsync(either.Token))
            {
                snapshot = newer;
                if (names.TrueForAll(name => Runs(newer, name) > Runs(before, name))) break;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Whoever has not answered by now has not answered.
        }
        return [.. names.Select(name => Seen(name, Runs(snapshot, name) > Runs(before, name) ? snapshot.Find(name) : null))];
    }

    private static int Runs(ReadinessSnapshot snapshot, string name) => snapshot.Find(name)!.Runs;

    private Recheck Seen(string name, NodeSnapshot? node) => node is null
        ? new(name, clock.GetUtcNow(), RecheckOutcome.NoAnswer)
        : new(name, node.LastVerdict ?? clock.GetUtcNow(), node.Failures == 0 ? RecheckOutcome.Up : RecheckOutcome.Down, node.Reason, node.Signature);
}
