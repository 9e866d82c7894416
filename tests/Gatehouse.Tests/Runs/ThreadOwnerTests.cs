using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Gatehouse.Agents;
using Gatehouse.Log;
using Gatehouse.Runs;
using Gatehouse.Store;
using Gatehouse.Tests.Store;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Runs;

public sealed class ThreadOwnerTests
{
    private const int Deltas = 5000;
    private const int Length = 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task While_the_log_is_away_a_model_is_read_only_as_far_as_memory_is_held_for_it_and_then_to_its_end()
    {
        var model = new TalkativeModel();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var store = new ModelStore(TimeProvider.System);
        using var kept = new MemoryConversationLog(TimeProvider.System, window: 100_000, TimeSpan.FromHours(1));
        var log = AwayLog.Of(kept);
        var line = (AwayLog)(object)log;
        var owner = await OwnerAsync(model, store, log, services);
        model.Begun = () => line.IsAway = true;

        var owning = owner.RunAsync(default);
        await line.FailedOften.WaitAsync(Patience);
        Assert.InRange(model.Said, 1, Deltas / 5);      // 64 are held for it; a few more are on their way
        line.IsAway = false;

        await owning.WaitAsync(Patience);
        Assert.Equal(Deltas, model.Said);
        Assert.Equal(Deltas * Length, (await store.SnapshotAsync("thread", default))!.Messages.Single(message => message.Role == "assistant").Content!.Length);
    }

    [Fact]
    public async Task An_owner_that_gives_its_thread_up_to_a_store_that_is_silent_ends_when_it_is_told_to()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var kept = new ModelStore(TimeProvider.System);
        var store = SilentRelease.Of(kept);
        using var log = new MemoryConversationLog(TimeProvider.System, window: 1000, TimeSpan.FromHours(1));
        using var stopping = new CancellationTokenSource();
        var owner = await OwnerAsync(new TalkativeModel(), store, log, services);
        var owning = owner.RunAsync(stopping.Token);

        owner.Tell(new OwnerInput.HandOver(AtOnce: true));
        await ((SilentRelease)(object)store).Asked.WaitAsync(Patience);
        await Task.Run(stopping.Cancel);    // whatever is done about it is done on that thread, and must come to its end

        await owning.WaitAsync(Patience);
        Assert.Equal(1, ((SilentRelease)(object)store).Times);
    }

    private static async Task<ThreadOwner> OwnerAsync(IChatClient model, IStore store, IConversationLog log, IServiceProvider services)
    {
        var agents = new AgentCatalog([new("agent", _ => new Agent("agent", model))], services, new());
        var tools = new OwnerTools(
            store, log, new(agents, new(TimeProvider.System), TimeProvider.System), new(agents, services),
            new(TimeSpan.Zero, TimeSpan.FromHours(1), 10, 50_000, agents.ToolRules), new(TimeProvider.System), TimeProvider.System, HeldBytes: 64 * Length);
        var accepted = (AcceptResult.Done)await store.AcceptAsync(new("thread", "message", "talk", "agent", "run", DateTimeOffset.UtcNow), "owner", default);
        return new(accepted.Claim!, tools, new(new(services.GetRequiredService<IMeterFactory>()), selfTest: false), NullLogger.Instance);
    }

    /// <summary>Says it all as fast as it is asked for.</summary>
    private sealed class TalkativeModel : IChatClient
    {
        private static readonly string Word = new('x', Length);

        public int Said { get; private set; }

        public Action? Begun { get; set; }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Begun?.Invoke();
            while (Said < Deltas)
            {
                Said++;
                yield return new(ChatRole.Assistant, Word);
                await Task.Yield();
            }
        }

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>A log that takes no append while it is away.</summary>
    public class AwayLog : DispatchProxy
    {
        private const int Often = 4;

        private readonly TaskCompletionSource _failedOften = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private object? _log;
        private int _failed;

        public bool IsAway { get; set; }

        public Task FailedOften => _failedOften.Task;

        internal static IConversationLog Of(IConversationLog log)
        {
            var proxy = Create<IConversationLog, AwayLog>();
            ((AwayLog)(object)proxy)._log = log;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (!IsAway || targetMethod!.Name != nameof(IConversationLog.AppendAsync)) return targetMethod!.Invoke(_log, args);
            if (++_failed == Often) _failedOften.TrySetResult();
            return new ValueTask<LogAnswer>(Task.FromException<LogAnswer>(new LogAwayException("away", new IOException())));
        }
    }

    /// <summary>A store that does not answer when a thread is given up, as long as the caller waits.</summary>
    public class SilentRelease : DispatchProxy
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private object? _store;

        public Task Asked => _asked.Task;

        public int Times { get; private set; }

        internal static IStore Of(IStore store)
        {
            var proxy = Create<IStore, SilentRelease>();
            ((SilentRelease)(object)proxy)._store = store;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IStore.ReleaseAsync)) return targetMethod.Invoke(_store, args);
            Times++;
            _asked.TrySetResult();
            return new TaskCompletionSource<CheckpointVerdict>().Task.WaitAsync((CancellationToken)args![^1]!);
        }
    }
}
