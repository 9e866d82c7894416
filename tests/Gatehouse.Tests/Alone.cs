namespace Gatehouse.Tests;

/// <summary>Tests that do not run beside those that keep every processor busy: the real servers in them answer within time limits.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
