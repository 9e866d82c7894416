using Gatehouse.Bench.Load.Pairs;

namespace Gatehouse.Bench.Servers;

/// <summary>Two instances of one server, with what they share, until it is disposed.</summary>
internal sealed class ServerPair : IAsyncDisposable
{
    private readonly ServerProcess _a;
    private readonly ServerProcess _b;

    private ServerPair(SharedState shared, ServerProcess a, ServerProcess b, string wire)
    {
        (Shared, _a, _b) = (shared, a, b);
        Pair = new(wire, a.Port, b.Port);
    }

    public SharedState Shared { get; }

    public Pair Pair { get; }

    public int[] Processes => [_a.Id, _b.Id];

    public static async Task<ServerPair> StartAsync(ServerKind kind, string built)
    {
        var shared = await SharedState.StartAsync(kind, built);
        ServerProcess? a = null;
        try
        {
            a = await ServerProcess.StartAsync(kind, built, shared.Environment);
            return new(shared, a, await ServerProcess.StartAsync(kind, built, shared.Environment), kind.Wire);
        }
        catch
        {
            a?.Dispose();
            await shared.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _a.Dispose();
        _b.Dispose();
        return Shared.DisposeAsync();
    }
}
