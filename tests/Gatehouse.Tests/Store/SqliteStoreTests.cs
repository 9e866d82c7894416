using Gatehouse.Store;
using Gatehouse.Store.Sqlite;

namespace Gatehouse.Tests.Store;

/// <summary>What is true of this store beyond the contract.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task What_was_accepted_is_there_when_the_file_is_opened_again()
    {
        string before;
        await using (var store = _file.Open(TimeProvider.System))
        {
            await FillAsync(store, 3);
            before = Text.Of(await store.SnapshotAsync("thread", default));
        }

        await using var again = _file.Open(TimeProvider.System);

        Assert.Equal(before, Text.Of(await again.SnapshotAsync("thread", default)));
        Assert.Equal(2, (await again.ClaimAsync("thread", "another", default))!.Generation);
    }

    [Fact]
    public async Task What_was_accepted_is_there_when_the_process_was_killed()
    {
        using var copy = new SqliteFile();
        await using var store = _file.Open(TimeProvider.System);
        await FillAsync(store, 3);

        // What a killed process leaves: the file and its write-ahead log as they are, nothing closed.
        File.Copy(_file.Database.FullPath, copy.Database.FullPath);
        File.Copy(_file.Database.FullPath + "-wal", copy.Database.FullPath + "-wal");

        await using var survivor = copy.Open(TimeProvider.System);
        Assert.Equal(Text.Of(await store.SnapshotAsync("thread", default)), Text.Of(await survivor.SnapshotAsync("thread", default)));
    }

    [Fact]
    public async Task A_write_that_was_torn_is_not_there_and_those_before_it_are()
    {
        using var copy = new SqliteFile();
        await using var store = _file.Open(TimeProvider.System);
        await FillAsync(store, 3);
        File.Copy(_file.Database.FullPath, copy.Database.FullPath);
        var wal = await File.ReadAllBytesAsync(_file.Database.FullPath + "-wal");
        await File.WriteAllBytesAsync(copy.Database.FullPath + "-wal", wal[..^100]);

        await using var survivor = copy.Open(TimeProvider.System);

        Assert.Equal(2, (await survivor.SnapshotAsync("thread", default))!.Queued.Count);
    }

    [Fact]
    public async Task One_call_that_fails_does_not_disturb_those_that_share_its_commit()
    {
        await using var store = _file.Open(TimeProvider.System);
        await AcceptAsync(store, "thread", "0", "run-0");

        // A run id that was used before is no outcome of the contract: it fails as a broken promise.
        var calls = Enumerable.Range(1, 40).Select(i => AcceptAsync(store, $"thread-{i}", "1", i % 2 == 0 ? "run-0" : $"run-{i}")).ToList();
        await Task.WhenAll(calls).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(20, calls.Count(call => call.IsCompletedSuccessfully));
        Assert.Null(await store.SnapshotAsync("thread-2", default));
        Assert.NotNull(await store.SnapshotAsync("thread-1", default));
    }

    [Fact]
    public async Task A_store_heals_when_its_database_does()
    {
        await using var store = new SqliteStore(_file.Database, TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => AcceptAsync(store, "thread", "1", "run-1"));
        await Assert.ThrowsAnyAsync<Exception>(() => store.SnapshotAsync("thread", default));

        _file.Migrator(SqliteFile.Migrations).Migrate();

        Assert.IsType<AcceptResult.Done>(await AcceptAsync(store, "thread", "1", "run-1"));
        Assert.NotNull(await store.SnapshotAsync("thread", default));
    }

    [Fact]
    public async Task A_damaged_file_is_named()
    {
        await File.WriteAllTextAsync(_file.Database.FullPath, new string('x', 5000));
        await using var store = new SqliteStore(_file.Database, TimeProvider.System);

        var write = await Assert.ThrowsAsync<StoreException>(() => AcceptAsync(store, "thread", "1", "run-1"));
        var read = await Assert.ThrowsAsync<StoreException>(() => store.SnapshotAsync("thread", default));

        Assert.All([write, read], refusal => Assert.Contains(_file.Database.FullPath, refusal.Message));
    }

    [Fact]
    public async Task A_cancelled_call_does_not_happen_and_a_closed_store_says_so()
    {
        var store = _file.Open(TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.AcceptAsync(new("thread", "1", "hello", "agent", "run-1", DateTimeOffset.UnixEpoch), "owner", new(canceled: true)));
        Assert.Null(await store.SnapshotAsync("thread", default));

        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => AcceptAsync(store, "thread", "1", "run-1"));
    }

    private static async Task FillAsync(IStore store, int messages)
    {
        for (var i = 0; i < messages; i++) await AcceptAsync(store, "thread", $"{i}", $"run-{i}");
    }

    private static Task<AcceptResult> AcceptAsync(IStore store, string thread, string message, string run) =>
        store.AcceptAsync(new(thread, message, "hello", "agent", run, DateTimeOffset.UnixEpoch), "owner", default);
}
