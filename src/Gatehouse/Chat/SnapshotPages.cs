using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Chat;

/// <summary>A snapshot as messages of the protocol, in pages when it is large.</summary>
internal static class SnapshotPages
{
    // A page is about this large, or as large as its one message.
    private const int PageChars = 128 * 1024;

    public static IReadOnlyList<byte[]> Build(string threadId, ThreadSnapshot snapshot)
    {
        var pages = new List<byte[]>();
        var page = new List<ThreadMessage>();
        var size = 0;
        var cursor = snapshot.Position.ToString();
        foreach (var message in snapshot.Messages)
        {
            var length = Size(message);
            if (size > 0 && size + length > PageChars)
            {
                pages.Add(new SnapshotMessage(threadId, cursor, page, null, [], [], More: true).ToUtf8());
                page = [];
                size = 0;
            }
            page.Add(new(message.Id, message.Role, message.Content, message.ToolCalls, message.ToolCallId, message.Error));
            size += length;
        }
        pages.Add(new SnapshotMessage(threadId, cursor, page, snapshot.Run, snapshot.Queued, snapshot.Interrupts).ToUtf8());
        return pages;
    }

    private static int Size(StoredMessage message) =>
        64 + (message.Content?.Length ?? 0) + (message.ToolCalls?.Sum(call => call.Function.Arguments.Length + 64) ?? 0);
}
