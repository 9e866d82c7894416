using Gatehouse.LocalRun.Host;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var port = int.Parse(Environment.GetEnvironmentVariable("PORT")!, System.Globalization.CultureInfo.InvariantCulture);
var isHttp2 = args is ["h2c"];

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
builder.Services.AddSignalR();

await using var app = builder.Build();
app.MapHub<EchoHub>("/hub");
app.MapGet("/", (HttpContext context) => context.Request.Protocol);
app.MapPost("/grpc.health.v1.Health/Check", HealthCheck.AnswerAsync);
app.MapPost("/fail", () => HealthCheck.IsServing = false);
await app.RunAsync();
