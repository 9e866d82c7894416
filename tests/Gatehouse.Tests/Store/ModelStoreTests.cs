using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public sealed class ModelStoreAcceptingTests : AcceptingContract
{
    private protected override IStore Create(TimeProvider clock) => new ModelStore(clock);
}

public sealed class ModelStoreClaimingTests : ClaimingContract
{
    private protected override IStore Create(TimeProvider clock) => new ModelStore(clock);
}

public sealed class ModelStoreCheckpointTests : CheckpointContract
{
    private protected override IStore Create(TimeProvider clock) => new ModelStore(clock);
}

public sealed class ModelStoreSnapshotTests : SnapshotContract
{
    private protected override IStore Create(TimeProvider clock) => new ModelStore(clock);
}
