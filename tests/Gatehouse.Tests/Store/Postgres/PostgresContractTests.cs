using Gatehouse.Store;

namespace Gatehouse.Tests.Store.Postgres;

public sealed class PostgresAcceptingTests(SharedPostgres postgres) : AcceptingContract
{
    private PostgresStores _stores = null!;

    public override async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private protected override IStore Create(TimeProvider clock) => _stores.Open(clock);

    private protected override Task LapseAsync() => _stores.LapseAsync();
}

public sealed class PostgresClaimingTests(SharedPostgres postgres) : ClaimingContract
{
    private PostgresStores _stores = null!;

    public override async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private protected override IStore Create(TimeProvider clock) => _stores.Open(clock);

    private protected override Task LapseAsync() => _stores.LapseAsync();
}

public sealed class PostgresCheckpointTests(SharedPostgres postgres) : CheckpointContract
{
    private PostgresStores _stores = null!;

    public override async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private protected override IStore Create(TimeProvider clock) => _stores.Open(clock);

    private protected override Task LapseAsync() => _stores.LapseAsync();
}

public sealed class PostgresSnapshotTests(SharedPostgres postgres) : SnapshotContract
{
    private PostgresStores _stores = null!;

    public override async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private protected override IStore Create(TimeProvider clock) => _stores.Open(clock);

    private protected override Task LapseAsync() => _stores.LapseAsync();
}

public sealed class PostgresOperationsTests(SharedPostgres postgres) : OperationsContract
{
    private PostgresStores _stores = null!;

    public override async ValueTask InitializeAsync()
    {
        _stores = await PostgresStores.RentAsync(postgres);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _stores.DisposeAsync();
    }

    private protected override IStore Create(TimeProvider clock) => _stores.Open(clock);

    private protected override Task LapseAsync() => _stores.LapseAsync();
}

public sealed class PostgresModelTests(SharedPostgres postgres) : StoreModelContract, IAsyncLifetime
{
    private PostgresStores _stores = null!;

    private protected override int Samples => 60;

    private protected override TimeSpan? Lease => TimeSpan.FromHours(1);

    public async ValueTask InitializeAsync() => _stores = await PostgresStores.RentAsync(postgres);

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    private protected override async Task<IStore> EmptyAsync(TimeProvider clock)
    {
        await _stores.CloseAsync();
        await _stores.RunAsync("DELETE FROM threads");
        return _stores.Open(clock, Lease);
    }

    private protected override Task LapseAsync() => _stores.LapseAsync();
}
