using System.Text.Json;

namespace Gatehouse.Operations.Monitoring;

/// <summary>One object of the SLO file, with its path. What is missing or wrong becomes an error, and reading goes on, so that all are told at once.</summary>
internal sealed class SloNode(string path, JsonElement element, List<string> errors)
{
    /// <summary>Anything else in it is an error: a misspelt key would be a promise that is not watched.</summary>
    public void Allow(params string[] keys)
    {
        if (element.ValueKind is not JsonValueKind.Object) return;
        foreach (var property in element.EnumerateObject())
            if (!keys.Contains(property.Name)) errors.Add($"{PathOf(property.Name)} is not a key; there are {string.Join(", ", keys)}.");
    }

    public SloNode Object(string key)
    {
        var value = Find(key);
        if (value.ValueKind is not JsonValueKind.Object) Wrong(key, "an object");
        return new(PathOf(key), value, errors);
    }

    public IEnumerable<SloNode> Array(string key)
    {
        var value = Find(key);
        if (value.ValueKind is JsonValueKind.Array) return value.EnumerateArray().Select((item, i) => new SloNode($"{PathOf(key)}[{i}]", item, errors));
        Wrong(key, "a list");
        return [];
    }

    public string Text(string key)
    {
        if (Find(key) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text) return text;
        Wrong(key, "a text");
        return "";
    }

    /// <summary>A text that can stand in a query as it is.</summary>
    public string Word(string key)
    {
        var text = Text(key);
        if (!text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./".Contains(letter))) Wrong(key, "made of A-Z a-z 0-9 - _ . /");
        return text;
    }

    public decimal Number(string key, decimal least, decimal most)
    {
        if (Find(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var number) && number >= least && number <= most) return number;
        Wrong(key, $"a number, {PromQl.Number(least)} to {PromQl.Number(most)}");
        return least;
    }

    public void Wrong(string key, string right)
    {
        // Of several complaints about one key the first says enough.
        if (errors.Any(error => error.StartsWith($"{PathOf(key)} is ", StringComparison.Ordinal))) return;
        var found = Find(key);
        errors.Add(found.ValueKind is JsonValueKind.Undefined
            ? $"{PathOf(key)} is missing; it must be {right}."
            : $"{PathOf(key)} is {found.GetRawText()}; it must be {right}.");
    }

    private JsonElement Find(string key) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : default;

    private string PathOf(string key) => path.Length > 0 ? $"{path}.{key}" : key;
}
