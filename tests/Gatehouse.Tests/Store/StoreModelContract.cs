using CsCheck;
using Gatehouse.Store;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Store;

/// <summary>Random sequences of calls: a real store answers as the model does, and holds the same afterwards.</summary>
public abstract class StoreModelContract
{
    private static readonly string[] Threads = ["t0", "t1"];
    private static readonly Gen<string> Thread = Gen.OneOfConst(Threads);
    private static readonly Gen<string> Owner = Gen.OneOfConst("a", "b");
    private static readonly Gen<int> Run = Gen.Int[0, 99];
    private static readonly Gen<bool> Rarely = Gen.Int[0, 9].Select(number => number == 0);

    private static readonly Gen<Step> Accept = Gen.Select(Thread, Gen.Int[0, 9], Rarely, Owner, (thread, message, other, owner) => new Step(
        $"accept m{message} in {thread} by {owner}{(other ? ", other text" : "")}",
        async (store, world) => await store.AcceptAsync(
            new(thread, $"m{message}", other ? "other" : "text", "agent", world.NewRun(thread), world.Now), owner, default)));

    private static readonly Gen<Step> Answer = Gen.Select(Run, Rarely, Gen.Bool, Owner, (run, other, approved, owner) => new Step(
        $"answer run {run} {approved} by {owner}{(other ? ", other payload" : "")}",
        async (store, world) =>
        {
            var (id, thread) = world.Run(run);
            return await store.AnswerAsync(
                new($"{id}.ask0", other ? "other" : "{}", approved, "because", world.NewRun(thread), world.Now), owner, default);
        }));

    private static readonly Gen<Step> Write = Gen.Select(Run, Rarely, Rarely, Gen.Int[0, 8], (run, stale, late, change) => new Step(
        $"write change {change} to run {run}{(stale ? ", stale" : "")}{(late ? ", late" : "")}",
        async (store, world) => await store.WriteAsync(world.Checkpoint(run, stale, late, change), default)));

    private static readonly Gen<Step> Cancel = Run.Select(run => new Step(
        $"cancel run {run}", async (store, world) => await store.CancelAsync(world.Run(run).Id, default)));

    private static readonly Gen<Step> Claim = Gen.Select(Thread, Owner, Gen.Bool, (thread, owner, lapsed) => new Step(
        $"claim {thread} by {owner}{(lapsed ? ", leases over" : "")}", async (store, _) => await store.ClaimAsync(thread, owner, default), lapsed));

    private static readonly Gen<Step> Proceed = Gen.Select(Thread, Rarely, (thread, stale) => new Step(
        $"proceed {thread}{(stale ? ", stale" : "")}",
        async (store, world) => await store.ProceedAsync(thread, world.Generation(thread) - (stale ? 1 : 0), default)));

    private static readonly Gen<Step> Release = Gen.Select(Thread, Rarely, (thread, stale) => new Step(
        $"release {thread}{(stale ? ", stale" : "")}",
        async (store, world) => await store.ReleaseAsync(thread, world.Generation(thread) - (stale ? 1 : 0), default)));

    private static readonly Gen<Step> TakeOver = Gen.Select(Owner, Gen.Int[1, 2], Gen.Bool, (owner, limit, lapsed) => new Step(
        $"take over {limit} by {owner}{(lapsed ? ", leases over" : "")}",
        async (store, _) => await store.TakeOverAsync(owner, limit, default), lapsed));

    private static readonly Gen<Step> Remove = Rarely.Select(really => new Step($"remove {really}", async (store, _) =>
    {
        if (really) await store.RemoveAsync("t1", default);
        return null;
    }));

    private static readonly Gen<Step[]> Steps =
        Gen.Frequency((6, Accept), (2, Answer), (24, Write), (1, Cancel), (1, Claim), (4, Proceed), (1, Release), (1, TakeOver), (1, Remove)).Array[1, 60];

    private protected abstract int Samples { get; }

    /// <summary>How long the store's leases last; null if it grants none.</summary>
    private protected abstract TimeSpan? Lease { get; }

    /// <summary>A store that is empty; the one before is not used any more.</summary>
    private protected abstract Task<IStore> EmptyAsync(TimeProvider clock);

    /// <summary>Every lease is over.</summary>
    private protected virtual Task LapseAsync() => Task.CompletedTask;

    [Fact]
    public Task A_store_answers_as_the_model_does() => Steps.SampleAsync(
        CompareAsync, iter: Samples, threads: 1, print: steps => "\n" + string.Join("\n", steps.Select(step => step.Name)));

    private async Task CompareAsync(Step[] steps)
    {
        var clock = new FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var model = new ModelStore(clock, Lease);
        await using var store = await EmptyAsync(clock);
        var world = new StoreWorld(clock);
        foreach (var step in steps)
        {
            clock.Advance(TimeSpan.FromMilliseconds(world.Seq % 3));
            if (step.Lapsed)
            {
                model.Lapse();
                await LapseAsync();
            }
            var expected = await step.Do(model, world);
            world.Repeat();
            var actual = await step.Do(store, world);
            world.Next(expected);
            Assert.Equal((step.Name, Text.Of(expected)), (step.Name, Text.Of(actual)));
            Assert.Equal(await StateAsync(model, world), await StateAsync(store, world));
        }
    }

    private static async Task<string> StateAsync(IStore store, StoreWorld world)
    {
        var state = new List<object?>();
        foreach (var thread in Threads) state.Add(await store.SnapshotAsync(thread, default));
        foreach (var (id, _) in world.Runs) state.Add(await store.ContextAsync(id, default));
        foreach (var owner in new[] { "a", "b" }) state.Add((await store.RenewAsync(owner, default)).Threads.OrderBy(thread => thread.ThreadId, StringComparer.Ordinal));
        var first = await store.ThreadsAsync(null, 1, default);
        state.Add(first);
        state.Add(await store.ThreadsAsync(first.Next, 1, default));
        return string.Join("\n", state.Select(Text.Of));
    }

    /// <param name="Lapsed">Every lease is over before it.</param>
    private sealed record Step(string Name, Func<IStore, StoreWorld, Task<object?>> Do, bool Lapsed = false);
}
