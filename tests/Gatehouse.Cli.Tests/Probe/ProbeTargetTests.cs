using Gatehouse.Cli.Probe;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ProbeTargetTests
{
    [Theory]
    [InlineData("localhost:8000", "ws://localhost:8000/ws", "localhost:8000", "/ws")]
    [InlineData("http://host", "ws://host/ws", "host", "/ws")]
    [InlineData("https://host", "wss://host/ws", "host", "/ws")]
    [InlineData("wss://host:443/", "wss://host/", "host", "/")]
    [InlineData("wss://host?a=b", "wss://host/ws", "host", "/ws?a=b")]
    [InlineData("ws://host/socket.io/?EIO=4", "ws://host/socket.io/", "host", "/socket.io/?EIO=4")]
    [InlineData("ws://user:word@host:81/x#part", "ws://host:81/x", "host:81", "/x")]
    [InlineData("ws://[::1]:81/x", "ws://[::1]:81/x", "[::1]:81", "/x")]
    public void Address_is_read(string text, string shown, string authority, string pathAndQuery)
    {
        Assert.True(ProbeTarget.TryParse(text, out var target));
        Assert.Equal((shown, authority, pathAndQuery), (target.ToString(), target.Authority, target.PathAndQuery));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp://host")]
    [InlineData("ws://")]
    [InlineData("ws://host:99999")]
    [InlineData("ws://host:0/")]
    [InlineData("ws:/user:word@host:81")]
    [InlineData("wss//user:word@host:81/x")]
    [InlineData("wss:user:word@host:81/x")]
    [InlineData("ws://user:12/word@host:81")]
    [InlineData("user:word@host:81")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ProbeTarget.TryParse(text, out _));

    [Fact]
    public void What_a_peer_says_is_shown_without_secrets_and_control_characters()
    {
        Assert.True(ProbeTarget.TryParse("ws://anna:s%20cret@host/ws?token=abc%2Fdef&v=4", out var target));
        var settings = new ProbeSettings(target) { Handshake = new() { Headers = [new("Authorization", "Bearer tok-en-1")] } };
        Assert.Equal("*** *** *** *** *** v 4 [31m red",
            settings.Secrets.Clean("abc/def  abc%2Fdef\r\ns cret Bearer tok-en-1\ttoken=abc%2Fdef&v=4 v 4 \e[31m red"));
        Assert.Equal("***", settings.Secrets.Clean("tok-en-1"));
        Assert.Equal("***", settings.Secrets.Clean(Secrets.BasicCredentials(target)));
        Assert.Equal(10, settings.Secrets.Clean(new string('x', 100), 10).Length);
    }
}
