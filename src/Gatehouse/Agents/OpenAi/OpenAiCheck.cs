using Gatehouse.Agents.Ops;
using Gatehouse.Protocol;

namespace Gatehouse.Agents.OpenAi;

/// <summary>
/// Checks options and makes settings of them. Depends on its arguments alone, so that a host can print what is wrong before it
/// listens. An error names the key, the value unless it may hold a secret, and what would be right.
/// </summary>
internal static class OpenAiCheck
{
    private const string Section = OpenAiOptions.Section;

    /// <param name="readFile">Reads <see cref="OpenAiOptions.ApiKeyFile"/>; throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> if it cannot.</param>
    public static (OpenAiSettings? Settings, IReadOnlyList<string> Errors) Check(OpenAiOptions options, Func<string, string> readFile)
    {
        var errors = new List<string>();
        var endpoint = Endpoint(options.Endpoint, errors);
        if (string.IsNullOrWhiteSpace(options.Model))
            errors.Add($"{Section}:Model is missing; it must be the name of a model that the endpoint has.");
        var key = Key(options, readFile, errors);
        if (!Limits.IsId(options.Name))
            errors.Add($"{Section}:Name is '{options.Name}'; it must be 1 to {Limits.IdChars} characters out of A-Z a-z 0-9 . _ : -");
        else if (options.Name == OpsAgent.Name)
            errors.Add($"{Section}:Name is '{options.Name}', which is the built-in ops agent's; it must be another.");
        if (options.SilenceSeconds is < 1 or > 3600)
            errors.Add($"{Section}:SilenceSeconds is '{options.SilenceSeconds}'; it must be a number of seconds from 1 to 3600.");
        if (errors.Count > 0)
            return (null, errors);

        return (new OpenAiSettings(endpoint!, options.Model!.Trim(), key!)
        {
            Name = options.Name,
            Instructions = string.IsNullOrWhiteSpace(options.Instructions) ? null : options.Instructions,
            Silence = TimeSpan.FromSeconds(options.SilenceSeconds),
        }, errors);
    }

    private static Uri? Endpoint(string? value, List<string> errors)
    {
        const string right = "it must be an absolute http or https address such as https://api.openai.com/v1";
        if (string.IsNullOrWhiteSpace(value))
            errors.Add($"{Section}:Endpoint is missing; {right}.");
        else if (!Uri.TryCreate(value.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            errors.Add($"{Section}:Endpoint is '{Harmless(value)}'; {right}.");
        else if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            errors.Add($"{Section}:Endpoint is '{Harmless(value)}'; {right}, without user, query or fragment. The key belongs in {Section}:ApiKey.");
        else
            return uri;
        return null;
    }

    private static string? Key(OpenAiOptions options, Func<string, string> readFile, List<string> errors)
    {
        var hasKey = !string.IsNullOrWhiteSpace(options.ApiKey);
        var hasFile = !string.IsNullOrWhiteSpace(options.ApiKeyFile);
        if (hasKey && hasFile)
            errors.Add($"{Section}:ApiKey and {Section}:ApiKeyFile ('{options.ApiKeyFile}') are both set; exactly one of them must be.");
        else if (hasFile)
            return KeyOfFile(options.ApiKeyFile!, readFile, errors);
        else if (hasKey)
            return Sendable($"{Section}:ApiKey", options.ApiKey!.Trim(), errors);
        else
            errors.Add($"{Section}:ApiKey and {Section}:ApiKeyFile are both missing; one must be set, to any word if the endpoint asks for no key.");
        return null;
    }

    private static string? KeyOfFile(string path, Func<string, string> readFile, List<string> errors)
    {
        var name = $"{Section}:ApiKeyFile '{path}'";
        try
        {
            var key = readFile(path).Trim();
            if (key.Length > 0)
                return Sendable(name, key, errors);
            errors.Add($"{name} is empty; it must hold the key.");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            var why = refused is FileNotFoundException or DirectoryNotFoundException ? "does not exist" : "cannot be read";
            errors.Add($"{name} {why}; it must be a readable file that holds the key.");
        }
        return null;
    }

    // RFC 9110 §5.5: a header value of visible ASCII. Anything else would fail later, in an exception that shows the key.
    private static string? Sendable(string name, string key, List<string> errors)
    {
        if (key.All(letter => letter is > ' ' and <= '~'))
            return key;
        errors.Add($"{name} holds a character that no key has, such as a space or a line break; it must be the key alone.");
        return null;
    }

    // An address may carry a password before the '@' or a key in its query.
    private static string Harmless(string address)
    {
        var end = address.IndexOfAny(['?', '#']);
        var shown = end < 0 ? address : address[..end] + "?…";
        var at = shown.LastIndexOf('@');
        return at < 0 ? shown : "…" + shown[at..];
    }
}
