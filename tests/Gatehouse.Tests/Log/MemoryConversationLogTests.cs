using Gatehouse.Log;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Log;

public sealed class MemoryConversationLogTests : ConversationLogContract, IDisposable
{
    private MemoryConversationLog? _log;

    private protected override IConversationLog Create(FakeTimeProvider clock, int window, TimeSpan keep) =>
        _log = new(clock, window, keep);

    public void Dispose() => _log?.Dispose();
}
