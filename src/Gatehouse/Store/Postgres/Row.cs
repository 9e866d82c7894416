using Gatehouse.Protocol;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>A row that is read column by column, in the order in which its statement selects them.</summary>
internal struct Row(NpgsqlDataReader reader)
{
    /// <summary>The columns that <see cref="Message"/> reads, of a table <c>m</c>.</summary>
    public const string MessageColumns = "m.id, m.role, m.content, m.tool_calls, m.tool_call_id, m.error";

    private int _next;

    public string Text() => EscapedText.Read(reader.GetString(_next++));

    public string? TextOrNull() => IsNull() ? null : Text();

    public string[] Texts() => Array.ConvertAll(reader.GetFieldValue<string[]>(_next++), EscapedText.Read);

    public long Number() => reader.GetInt64(_next++);

    public int Small() => reader.GetInt32(_next++);

    public bool Flag() => reader.GetBoolean(_next++);

    public bool? FlagOrNull() => IsNull() ? null : Flag();

    public byte[]? BytesOrNull() => IsNull() ? null : reader.GetFieldValue<byte[]>(_next++);

    public DateTimeOffset? TimeOrNull() => IsNull() ? null : DateTimeOffset.FromUnixTimeMilliseconds(Number());

    public Position Position() => StoredValues.Position(Number(), Number());

    public StoredMessage Message() => new(Text(), Text(), TextOrNull(), StoredValues.ToolCalls(TextOrNull()), TextOrNull(), TextOrNull());

    /// <summary>The message of a left join: null if there was none.</summary>
    public StoredMessage? MessageOrNull()
    {
        if (!reader.IsDBNull(_next)) return Message();
        _next += 6;
        return null;
    }

    // Passes a null.
    private bool IsNull()
    {
        if (!reader.IsDBNull(_next)) return false;
        _next++;
        return true;
    }
}
