using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Names that a rollout chooses, and what the platform says of names.</summary>
internal static class RolloutNames
{
    public const int LongestRevision = 63;
    public const int LongestTagAndService = 46;     // "Combined traffic tag and service name cannot exceed 46 characters."
    private const int LongestService = LongestRevision - 10;

    /// <summary><c>chat-00042-k3f</c>: what gcloud makes, so that lists of revisions sort as ever.</summary>
    public static string Revision(string service, long generation, string id) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{service}-{generation + 1:00000}-{Letters(id)}");

    /// <summary>What is wrong with the names; null if nothing is.</summary>
    public static string? Mistake(string service, RolloutSettings settings)
    {
        if (service.Length is 0) return "the manifest has no metadata.name";
        if (service.Length > LongestService) return $"the name '{service}' is too long: with the number of a revision it may not exceed {LongestRevision} characters";
        if (settings.Tag == settings.StableTag) return $"the candidate and the old revision cannot both have the tag '{settings.Tag}' (--tag, --stable-tag)";
        foreach (var (option, tag) in ((string, string)[])[("--tag", settings.Tag), ("--stable-tag", settings.StableTag)])
        {
            if (!IsLabel(tag)) return $"{option}: the tag '{tag}' must be lower-case letters, digits and dashes, beginning with a letter";
            if (tag.Length + service.Length > LongestTagAndService)
                return $"{option}: the tag '{tag}' and the name '{service}' together are too long: at most {LongestTagAndService} characters";
        }
        return null;
    }

    /// <summary>The same for the same template: tells whether an unfinished rollout is of what is asked for now.</summary>
    public static string Digest(RolloutRequest request)
    {
        var template = request.Service.Spec.Template;
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new Service { Spec = new() { Template = template with { Metadata = template.Metadata with { Name = null } } } }, ResourceJson.Default.Service);
        return Convert.ToHexStringLower(SHA256.HashData(json))[..16];
    }

    private static bool IsLabel(string text) =>
        text is [>= 'a' and <= 'z', ..] && text[^1] is not '-' && text.All(each => each is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');

    private static string Letters(string id)
    {
        const string alphabet = "bcdfghjkmnpqrstvwxz";       // no vowels: no words
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(id));
        return new([.. hash.Take(3).Select(each => alphabet[each % alphabet.Length])]);
    }
}
