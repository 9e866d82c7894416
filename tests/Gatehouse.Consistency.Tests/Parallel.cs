// Most of what these tests do is wait: for a pause, a lease, a window of stability.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
