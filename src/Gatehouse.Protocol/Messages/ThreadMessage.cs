namespace Gatehouse.Protocol;

/// <summary>A message of a thread in AG-UI's shape: <c>user</c>, <c>assistant</c>, <c>tool</c> or <c>reasoning</c>.</summary>
/// <param name="Content">The text; absent for an assistant message that only calls tools.</param>
/// <param name="ToolCalls">Assistant only.</param>
/// <param name="ToolCallId">Tool only: the call that this answers.</param>
/// <param name="Error">Tool only: why the call failed.</param>
public sealed record ThreadMessage(
    string Id, string Role, string? Content = null, IReadOnlyList<ToolCall>? ToolCalls = null,
    string? ToolCallId = null, string? Error = null);

/// <summary>A tool call of an assistant message.</summary>
public sealed record ToolCall(string Id, FunctionCall Function)
{
    public string Type => "function";
}

/// <param name="Arguments">JSON text; a part of it while the call is still being written.</param>
public sealed record FunctionCall(string Name, string Arguments);
