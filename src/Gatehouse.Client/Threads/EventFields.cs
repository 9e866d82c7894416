using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>Reads fields of an event that may be missing or of another type than expected.</summary>
internal static class EventFields
{
    extension(JsonElement json)
    {
        /// <summary>The string field <paramref name="name"/>, or null.</summary>
        public string? Text(string name) =>
            json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                ? value.GetString()
                : null;

        /// <summary>What the interrupt outcome of a RUN_FINISHED asks; empty for any other event.</summary>
        public IReadOnlyList<Interrupt> AskedInterrupts() =>
            json.TryGetProperty("outcome", out var outcome) && outcome.Text("type") is "interrupt"
            && outcome.TryGetProperty("interrupts", out var interrupts) && interrupts.ValueKind is JsonValueKind.Array
                ? [.. interrupts.EnumerateArray().Select(item => item.As(MessageJson.Default.Interrupt)).OfType<Interrupt>().Where(item => item.Id is not null)]
                : [];

        /// <summary>The value as a <typeparamref name="T"/>, or null if it is none.</summary>
        public T? As<T>(JsonTypeInfo<T> type) where T : class
        {
            try
            {
                return json.Deserialize(type);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
