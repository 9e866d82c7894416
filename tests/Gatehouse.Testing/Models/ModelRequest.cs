using System.Text.Json;

namespace Gatehouse.Testing.Models;

/// <summary>What a model was asked.</summary>
public sealed record ModelRequest(string Authorization, JsonElement Body)
{
    public string Model => Body.GetProperty("model").GetString()!;

    public IReadOnlyList<JsonElement> Messages => [.. Body.GetProperty("messages").EnumerateArray()];

    /// <summary>The text of the last message, whether it is a string or parts; empty if it has none.</summary>
    public string LastText => Messages is [.., var last] && last.TryGetProperty("content", out var content)
        ? content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray()
                .Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : "")),
            _ => "",
        }
        : "";

    /// <summary>The names of the tools on offer.</summary>
    public IReadOnlyList<string> Tools => Body.TryGetProperty("tools", out var tools)
        ? [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)]
        : [];
}
