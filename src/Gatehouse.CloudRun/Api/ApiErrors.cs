using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Api;

/// <summary>Reads what the API answers with in place of a resource, in either of the two dialects.</summary>
internal static class ApiErrors
{
    private const int LongestText = 500;

    public static ApiException Of(HttpMethod method, Uri uri, HttpStatusCode status, string body)
    {
        var what = $"{method} {uri.AbsolutePath}: {(int)status} {status}";
        var said = Message(body);
        var advice = status switch
        {
            HttpStatusCode.Unauthorized => " Is there a token, and is it still good?",
            HttpStatusCode.Forbidden => " The account needs the role 'Cloud Run Developer' (roles/run.developer) or its like.",
            _ => "",
        };
        return new(FaultOf(status), (int)status, $"{what}{(said.Length > 0 ? $": {said}" : "")}{advice}");
    }

    public static ApiException Unreachable(HttpMethod method, Uri uri, Exception exception) =>
        new(ApiFault.Unknown, null, $"{method} {uri.GetLeftPart(UriPartial.Path)}: no answer: {exception.GetBaseException().Message}", exception);

    public static ApiFault FaultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ApiFault.Unauthenticated,
        HttpStatusCode.Forbidden => ApiFault.Forbidden,
        HttpStatusCode.NotFound => ApiFault.NotFound,
        HttpStatusCode.Conflict => ApiFault.Conflict,
        HttpStatusCode.TooManyRequests => ApiFault.TooMany,
        HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => ApiFault.Unknown,
        _ => ApiFault.Invalid,
    };

    /// <summary>How long it asks to wait; null if it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseHeaders headers) => headers.RetryAfter?.Delta;

    private static string Message(string body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, ResourceJson.Default.KubernetesStatus) is { Message: { Length: > 0 } text }) return Short(text);
            if (JsonSerializer.Deserialize(body, ResourceJson.Default.GoogleError) is { Error.Message: { Length: > 0 } message }) return Short(message);
        }
        catch (JsonException)
        {
            return Short(body);     // a proxy's page, perhaps: its beginning says more than nothing
        }
        return "";
    }

    private static string Short(string text) => (text.Length > LongestText ? text[..LongestText] : text).ReplaceLineEndings(" ").Trim();
}
