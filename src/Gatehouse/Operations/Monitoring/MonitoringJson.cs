using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gatehouse.Operations.Monitoring;

/// <summary>JSON for people to read in a diff: indented, with plain quotes in queries.</summary>
internal static class MonitoringJson
{
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable)) write(json);
        return $"{Encoding.UTF8.GetString(stream.ToArray())}\n";
    }
}
