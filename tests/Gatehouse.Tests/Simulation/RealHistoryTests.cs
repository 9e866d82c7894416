using Gatehouse.Tests.Log.Redis;
using Gatehouse.Tests.Store.Postgres;
using Npgsql;

namespace Gatehouse.Tests.Simulation;

/// <summary>
/// The histories of the simulation on a real PostgreSQL and a real Redis: every step is what it is on the models, to the last position.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RealHistoryTests(SharedPostgres postgres, SharedRedis redis)
{
    private static readonly int Count = Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1" ? 2000 : 40;

    [Fact]
    public async Task The_same_histories_take_the_same_course_on_the_real_store_and_log()
    {
        await using var stores = await PostgresStores.RentAsync(postgres);
        await using var sql = NpgsqlDataSource.Create(stores.ConnectionString);
        await using var parts = new RedisParts((await redis.ServerAsync()).Endpoint, ModelBackend.Window);
        var backend = new RealBackend(
            stores.Open(TimeProvider.System, TimeSpan.FromHours(1)), sql, parts.Log, await parts.DatabaseAsync(), parts.Names.Log(World.Thread));
        // The simulation calls and waits, which the threads of the pool must not do.
        await Task.Factory.StartNew(() => Compare(backend), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Compare(RealBackend backend)
    {
        for (var seed = 1; seed <= Count; seed++)
        {
            backend.Reset();
            var (onModels, onReal) = (new List<string>(), new List<string>());
            new History(Plan.Usual, new([], new Random(seed)), onModels).Play();
            new History(Plan.Usual, new([], new Random(seed)), onReal, backend).Play();
            Assert.True(onModels.SequenceEqual(onReal), $"seed {seed}: {FirstDifference(onModels, onReal)}");
        }
    }

    private static string FirstDifference(List<string> onModels, List<string> onReal)
    {
        var at = onModels.Zip(onReal).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"step {at}: on the models '{onModels.ElementAtOrDefault(at)}', on the real ones '{onReal.ElementAtOrDefault(at)}', after\n{string.Join('\n', onModels.Take(at).TakeLast(10))}";
    }
}
