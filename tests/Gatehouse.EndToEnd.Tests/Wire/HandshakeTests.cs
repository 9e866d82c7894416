using System.Net;
using System.Text.Json;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Wire;

/// <summary>Who is let in at <c>/ws</c>.</summary>
public sealed class HandshakeTests(SharedServer server)
{
    [Fact]
    public async Task The_subprotocol_is_chosen_if_it_is_offered_among_others()
    {
        await using var client = await WireClient.ConnectAsync(server.Port, options =>
        {
            options.AddSubProtocol("something.else");
            options.AddSubProtocol("gatehouse.v1");
        });
        Assert.Equal("gatehouse.v1", client.Subprotocol);
    }

    [Fact]
    public async Task Who_offers_no_subprotocol_is_served()
    {
        await using var client = await WireClient.ConnectAsync(server.Port, _ => { });
        Assert.Null(client.Subprotocol);
        Assert.Equal("threads", (await client.AskAsync("threads")).Text("type"));
    }

    [Fact]
    public async Task Who_offers_only_others_is_refused_with_400() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(("Sec-WebSocket-Protocol", "gatehouse.v2"))).StatusCode);

    [Fact]
    public async Task A_page_of_another_origin_is_refused_with_403_and_of_the_servers_own_let_in()
    {
        foreach (var origin in new[] { "https://evil.example", $"http://127.0.0.1:{server.Port + 1}", $"http://127.0.0.1.evil.example:{server.Port}", "null" })
            Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(("Origin", origin))).StatusCode);
        await using var client = await WireClient.ConnectAsync(
            server.Port, options => options.SetRequestHeader("Origin", $"http://127.0.0.1:{server.Port}"));
        Assert.Equal("threads", (await client.AskAsync("threads")).Text("type"));
    }

    [Fact]
    public async Task A_request_without_upgrade_is_told_so_with_426()
    {
        using var answer = await server.Process.GetAsync("/ws");
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("websocket", answer.Headers.Upgrade.ToString());
        Assert.Equal("13", Assert.Single(answer.Headers.GetValues("Sec-WebSocket-Version")));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_document()
    {
        using var answer = await AskAsync(("Origin", "https://evil.example"));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(403, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.Text("title"));
    }

    [Fact]
    public async Task A_guessed_self_test_secret_opens_nothing()
    {
        using var answer = await AskAsync(("Gatehouse-Self-Test", new string('0', 64)), ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task The_welcome_comes_first_and_says_what_the_protocol_promises()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        Assert.Equal("welcome", client.Welcome.Text("type"));
        foreach (var field in new[] { "connectionId", "instance", "revision", "resumeToken" }) Assert.NotEmpty(client.Welcome.Text(field));
        Assert.Equal(20_000, client.Welcome.GetProperty("heartbeatMs").GetInt32());
        Assert.Equal(500, client.Welcome.GetProperty("reconnectMs").GetInt32());
        Assert.Equal(65_536, client.Welcome.GetProperty("maxFrameBytes").GetInt32());
    }

    private async Task<HttpResponseMessage> AskAsync(params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{server.Port}/ws");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }
}
