using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Operations;

/// <summary>A problem document (RFC 9457) of the API: the status, and in words what is wrong.</summary>
internal static class Problem
{
    public static byte[] Write(int status, string detail)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("title", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
