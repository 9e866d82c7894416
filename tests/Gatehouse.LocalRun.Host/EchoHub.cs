using Microsoft.AspNetCore.SignalR;

namespace Gatehouse.LocalRun.Host;

internal sealed class EchoHub : Hub
{
    public string Echo(string text) => text;
}
