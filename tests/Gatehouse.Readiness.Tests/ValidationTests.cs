using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness.Tests;

/// <summary>Graphs that are refused when they are declared.</summary>
public sealed class ValidationTests
{
    [Fact]
    public void A_cycle_is_refused_and_its_path_named()
    {
        var refusal = Refusal(graph => graph
            .Node("a", Checks.Healthy, after: ["c"])
            .Node("b", Checks.Healthy, after: ["a"])
            .Node("c", Checks.Healthy, after: [Edge.Soft("b")])
            .Node("d", Checks.Healthy, after: ["a"]));

        Assert.Equal(ReadinessError.Cycle, refusal.Error);
        Assert.Equal(["a", "c", "b", "a"], refusal.Path);
        Assert.Contains("a after c after b after a", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_after_itself_is_a_cycle() =>
        Assert.Equal(["a", "a"], Refusal(graph => graph.Node("a", Checks.Healthy, after: ["a"])).Path);

    [Fact]
    public void An_informational_edge_makes_no_cycle() => Declare(graph => graph
        .Node("a", Checks.Healthy, after: [Edge.Informational("b")])
        .Node("b", Checks.Healthy, after: ["a"]));

    [Fact]
    public void An_edge_to_nowhere_is_refused()
    {
        var refusal = Refusal(graph => graph.Node("schema", Checks.Healthy, after: ["databse"]));

        Assert.Equal(ReadinessError.MissingNode, refusal.Error);
        Assert.Contains("schema after databse", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_used_twice_is_refused() => Assert.Equal(ReadinessError.DuplicateNode,
        Refusal(graph => graph.Node("a", Checks.Healthy).Node("a", Checks.Healthy)).Error);

    [Fact]
    public void Budgets_that_exceed_the_probe_are_refused_along_their_path()
    {
        var refusal = Refusal(graph => graph
            .Node("database", Checks.Healthy, policy: new() { Timeout = TimeSpan.FromSeconds(20) })
            .Node("redis", Checks.Healthy, stable: Stability.Unbroken(TimeSpan.FromSeconds(30)))
            .Node("chat", Checks.Healthy, after: ["database", "redis"])
            .ProbeBudget(TimeSpan.FromSeconds(39)));

        Assert.Equal(ReadinessError.BudgetExceeded, refusal.Error);
        Assert.Equal(["chat", "redis"], refusal.Path);
        Assert.Contains("40 s", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Budgets_that_fit_exactly_are_accepted() => Declare(graph => graph
        .Node("redis", Checks.Healthy, stable: Stability.Unbroken(TimeSpan.FromSeconds(30)))
        .Node("chat", Checks.Healthy, after: ["redis"])
        .ProbeBudget(TimeSpan.FromSeconds(40)));

    [Fact]
    public void A_required_node_cannot_need_one_that_is_not()
    {
        var refusal = Refusal(graph => graph
            .Node("cache", Checks.Healthy, policy: new() { Required = false })
            .Node("chat", Checks.Healthy, after: ["cache"]));

        Assert.Equal(ReadinessError.RequiresOptional, refusal.Error);
        Assert.Equal(["chat", "cache"], refusal.Path);
    }

    [Fact]
    public void A_chain_of_a_hundred_thousand_nodes_is_walked_without_a_stack()
    {
        var services = new ServiceCollection();
        services.AddReadiness(graph =>
        {
            graph.ProbeBudget(TimeSpan.MaxValue);
            for (var i = 100_000; i > 0; i--) graph.Node($"{i}", Checks.Healthy, after: i > 1 ? [$"{i - 1}"] : []);
        });
    }

    [Fact]
    public void A_second_declaration_may_come_after_the_first_and_is_judged_with_it()
    {
        var services = new ServiceCollection();
        services.AddReadiness(graph => graph.Node("database", Checks.Healthy));

        services.AddReadiness(graph => graph.Node("mine", Checks.Healthy, after: ["database"]));

        Assert.Throws<ReadinessException>(() => services.AddReadiness(graph => graph.Node("database", Checks.Healthy)));
    }

    private static void Declare(Action<ReadinessGraphBuilder> declare) => new ServiceCollection().AddReadiness(declare);

    private static ReadinessException Refusal(Action<ReadinessGraphBuilder> declare) =>
        Assert.Throws<ReadinessException>(() => Declare(declare));
}
