using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public sealed class SqliteAcceptingTests : AcceptingContract
{
    private readonly SqliteFile _file = new();

    private protected override IStore Create(TimeProvider clock) => _file.Open(clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

public sealed class SqliteClaimingTests : ClaimingContract
{
    private readonly SqliteFile _file = new();

    private protected override IStore Create(TimeProvider clock) => _file.Open(clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

public sealed class SqliteCheckpointTests : CheckpointContract
{
    private readonly SqliteFile _file = new();

    private protected override IStore Create(TimeProvider clock) => _file.Open(clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

public sealed class SqliteSnapshotTests : SnapshotContract
{
    private readonly SqliteFile _file = new();

    private protected override IStore Create(TimeProvider clock) => _file.Open(clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

public sealed class SqliteOperationsTests : OperationsContract
{
    private readonly SqliteFile _file = new();

    private protected override IStore Create(TimeProvider clock) => _file.Open(clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

public sealed class SqliteModelTests : StoreModelContract, IDisposable
{
    private SqliteFile? _file;

    private protected override int Samples => 200;

    private protected override TimeSpan? Lease => null;

    public void Dispose() => _file?.Dispose();

    private protected override Task<IStore> EmptyAsync(TimeProvider clock)
    {
        _file?.Dispose();
        _file = new();
        return Task.FromResult<IStore>(_file.Open(clock));
    }
}
