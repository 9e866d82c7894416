namespace Gatehouse.CloudRun.Rollout;

/// <summary>Does the same many times, some at once, as long as all is well.</summary>
internal sealed class Rounds(int parallel, Func<bool> isWell)
{
    /// <param name="act">Gets the number of the time.</param>
    /// <returns>Whether all is still well.</returns>
    public async Task<bool> RunAsync(int times, Func<int, Task> act)
    {
        for (var done = 0; done < times && isWell(); done += parallel)
            await Task.WhenAll(Enumerable.Range(done, Math.Min(parallel, times - done)).Select(act));
        return isWell();
    }
}
