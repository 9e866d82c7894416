using Gatehouse.Log;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Log;

public sealed class MemoryConversationLogTests : ConversationLogContract, IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private MemoryConversationLog? _log;

    [Fact]
    public async Task Nothing_is_ever_missed_here()
    {
        var told = new FollowerRecord();
        using var following = Log.Follow("thread", told.Published, told.Missed);
        await Log.BeginAsync("thread", 1, default, default);
        await PassAsync(2 * Keep);

        Assert.Equal(0, told.TimesMissed);
    }

    private protected override IConversationLog Create(int window, TimeSpan keep) => _log = new(_clock, window, keep);

    private protected override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    public void Dispose() => _log?.Dispose();
}
