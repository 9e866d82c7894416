using CsCheck;

namespace Gatehouse.Client.Tests;

public sealed class ReplicaPropertyTests
{
    /// <summary>Links break, are slow, double, lose and swap messages; snapshots come instead of events, in pages; the server leaves.</summary>
    [Fact]
    public void Replica_is_always_a_prefix_of_the_log_and_catches_up() =>
        Gen.Int[0, 999].Array[0, 300].Sample(choices =>
        {
            var world = new World();
            foreach (var choice in choices)
            {
                world.Step(choice);
                world.AssertReplicaIsPrefix();
            }
            world.Settle();
            world.AssertReplicaIsWhole();
        }, iter: 1000);
}
