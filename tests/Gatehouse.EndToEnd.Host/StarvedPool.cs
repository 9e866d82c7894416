namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// Starves the thread pool while the file that <c>Starve:File</c> names is there: the pool may not grow, and each of its threads waits.
/// With <c>Starve:SparesListener</c> the listener serves on threads of its own, as far as it can, so that something is left to answer.
/// </summary>
internal static class StarvedPool
{
    private const int Blocks = 100;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static void AddStarvation(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Starve:File"] is not { } file) return;
        if (builder.Configuration.GetValue<bool>("Starve:SparesListener"))
            builder.WebHost.UseSockets(static sockets => sockets.UnsafePreferInlineScheduling = true);
        new Thread(() => Run(file)) { IsBackground = true }.Start();
    }

    private static void Run(string file)
    {
        while (true)
        {
            Await(() => File.Exists(file));
            Starve(() => !File.Exists(file));
        }
    }

    private static void Starve(Func<bool> isOver)
    {
        ThreadPool.GetMaxThreads(out var workers, out var ports);
        ThreadPool.GetMinThreads(out var fewest, out _);
        if (!ThreadPool.SetMaxThreads(fewest, ports)) throw new InvalidOperationException($"The pool cannot be held at {fewest} threads.");
        using var over = new ManualResetEventSlim();
        // More of them than threads: one that is above the new bound takes work, too, before it goes.
        var blocked = Enumerable.Range(0, Blocks).Select(_ => Task.Run(over.Wait)).ToArray();
        Await(isOver);
        over.Set();
        Task.WaitAll(blocked);
        ThreadPool.SetMaxThreads(workers, ports);
    }

    private static void Await(Func<bool> isSo)
    {
        while (!isSo()) Thread.Sleep(Look);
    }
}
