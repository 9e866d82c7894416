using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.CloudRun.Resources;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.LocalRun.Api;

/// <summary>Reads and writes what the API speaks.</summary>
internal static class ApiAnswer
{
    private const int LongestBody = 4 * 1024 * 1024;

    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        if (context.Request.ContentLength > LongestBody) throw new ApiException(413, "INVALID_ARGUMENT", "The body is too long.");
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            CheckItems(body.RootElement);
            return body.RootElement.Deserialize(type) ?? throw new ApiException(400, "INVALID_ARGUMENT", "The body is empty; a resource was expected.");
        }
        catch (JsonException exception)
        {
            throw new ApiException(400, "INVALID_ARGUMENT", $"The body is not the JSON that was expected: {exception.Message}");
        }
    }

    /// <exception cref="ApiException">An item of a list is null.</exception>
    public static void CheckItems(JsonElement body)
    {
        if (NullItems.Find(body) is { } field) throw ApiException.Invalid(field, $"{field} is null; a list has no such items.");
    }

    public static Task WriteAsync<T>(HttpContext context, T resource, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        return JsonSerializer.SerializeAsync(context.Response.Body, resource, type, context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.Code;
        return WriteAsync(context, new GoogleError
        {
            Error = new() { Code = error.Code, Status = error.Status, Message = error.Message, Details = Details(error) },
        }, ResourceJson.Default.GoogleError);
    }

    public static Task WriteDeletedAsync(HttpContext context) =>
        WriteAsync(context, new KubernetesStatus { ApiVersion = "v1", Kind = "Status", Status = "Success" }, ResourceJson.Default.KubernetesStatus);

    private static JsonElement[]? Details(ApiException error)
    {
        if (error.Field is null) return null;
        var details = new JsonObject
        {
            ["@type"] = "type.googleapis.com/google.rpc.BadRequest",
            ["fieldViolations"] = new JsonArray(new JsonObject { ["field"] = error.Field, ["description"] = error.Message }),
        };
        using var document = JsonDocument.Parse(details.ToJsonString());
        return [document.RootElement.Clone()];
    }
}
