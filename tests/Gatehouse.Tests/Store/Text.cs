using System.Text.Json;

namespace Gatehouse.Tests.Store;

/// <summary>Any value as text, to compare all of it.</summary>
internal static class Text
{
    public static string Of(object? value) =>
        value is null ? "null" : (value is System.Collections.IEnumerable ? "" : value.GetType().Name) + JsonSerializer.Serialize(value, value.GetType());
}
