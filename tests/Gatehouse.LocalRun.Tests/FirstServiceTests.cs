using System.Net;
using System.Net.WebSockets;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

public sealed class FirstServiceTests
{
    [Fact]
    public async Task A_service_comes_up_answers_and_echoes()
    {
        await using var cloud = await TestCloud.StartAsync();
        var service = await cloud.ApplyAsync(TestCloud.Service());
        Assert.Equal("True", service.Status!.Conditions!.First(each => each.Type is "Ready").Status);
        var answer = await cloud.GetJsonAsync();
        Assert.Equal(service.Status.LatestReadyRevisionName, (string?)answer["revision"]);

        using var socket = await cloud.ConnectAsync();
        Assert.Contains(service.Status.LatestReadyRevisionName!, await socket.ReadAsync());
        await socket.SayAsync("hello");
        Assert.Equal("hello", await socket.ReadAsync());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestCloud.Token);
        Assert.Null((await cloud.EventAsync<SocketClosed>()).Cut);
    }

    [Fact]
    public async Task A_bad_candidate_leaves_the_traffic_where_it_was()
    {
        await using var cloud = await TestCloud.StartAsync();
        var first = await cloud.ApplyAsync(TestCloud.Service());
        var second = await cloud.ApplyAsync(TestCloud.Service(env: new Dictionary<string, string> { ["DIE_AT_START"] = "7" }));
        Assert.Equal("False", second.Status!.Conditions!.First(each => each.Type is "Ready").Status);
        Assert.Equal(first.Status!.LatestReadyRevisionName, second.Status.LatestReadyRevisionName);
        Assert.Equal(HttpStatusCode.OK, (await cloud.GetAsync()).Status);
    }
}
