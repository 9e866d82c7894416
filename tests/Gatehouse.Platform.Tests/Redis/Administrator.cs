using System.Globalization;
using StackExchange.Redis;

namespace Gatehouse.Platform.Redis;

/// <summary>A connection of its own, to do to Redis what its clients have to bear.</summary>
internal sealed class Administrator : IAsyncDisposable
{
    private readonly ConnectionMultiplexer _client;

    private Administrator(ConnectionMultiplexer client) => _client = client;

    private IServer Server => _client.GetServers()[0];

    public static async Task<Administrator> ConnectAsync(RedisServer redis) =>
        new(await ConnectionMultiplexer.ConnectAsync($"{redis.Endpoint},allowAdmin=true"));

    /// <summary>Cuts the connections of all clients but this one.</summary>
    /// <returns>How many.</returns>
    public async Task<int> KillClientsAsync() => (int)await Server.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

    /// <summary>Has the server take commands and answer none of them, for a while.</summary>
    public async Task StallAsync(string command) =>
        await Server.ExecuteAsync(command.Split(' ')[0], [.. command.Split(' ').Skip(1)], CommandFlags.FireAndForget);

    /// <summary>Waits until the server says that it has been up for a whole second.</summary>
    public async Task SettledAsync()
    {
        using var patience = new CancellationTokenSource(Waiting.Patience);
        while ((await Server.InfoAsync("server")).SelectMany(section => section)
            .First(line => line.Key == "uptime_in_seconds").Value is var uptime && int.Parse(uptime, CultureInfo.InvariantCulture) < 1)
            await Task.Delay(50, patience.Token);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
