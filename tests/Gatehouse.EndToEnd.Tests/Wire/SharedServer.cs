using Gatehouse.EndToEnd.Wire;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Gatehouse.EndToEnd.Wire;

/// <summary>One server for all tests that leave it as they found it; the ops agent answers at once.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private ServerProcess? _server;

    public int Port => _server!.Port;

    public ServerProcess Process => _server!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=0");

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
}
