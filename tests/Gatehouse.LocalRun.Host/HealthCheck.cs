namespace Gatehouse.LocalRun.Host;

/// <summary>gRPC's health check as it goes over the line: <c>chat</c> and the whole server are served, any other service is unknown (status 5).</summary>
internal static class HealthCheck
{
    private static volatile bool _isServing = true;

    public static bool IsServing
    {
        get => _isServing;
        set => _isServing = value;
    }

    public static async Task AnswerAsync(HttpContext context)
    {
        using var question = new MemoryStream();
        await context.Request.Body.CopyToAsync(question, context.RequestAborted);
        var name = question.ToArray() is [_, _, _, _, _, 0x0A, _, .. var text] ? System.Text.Encoding.UTF8.GetString(text) : "";
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        if (name is "" or "chat") await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, (byte)(IsServing ? 1 : 2) }, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", name is "" or "chat" ? "0" : "5");
    }
}
