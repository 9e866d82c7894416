using System.Text;
using Gatehouse.Cli.Probe;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class HttpReaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Head_is_read_and_what_follows_is_kept()
    {
        var reader = new HttpReader(Coming("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n\r\nframes"));
        var head = await reader.ReadHeadAsync(Cancelled);
        Assert.Equal(101, head.Status);
        Assert.True(head.Lists("Upgrade", "websocket"));
        Assert.True(head.Lists("Connection", "Upgrade"));
        Assert.Equal("frames", Encoding.ASCII.GetString(reader.TakeRest()));
    }

    [Fact]
    public async Task Interim_answers_are_passed_over()
    {
        var reader = new HttpReader(Coming("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 503 Later\r\n\r\n"));
        Assert.Equal(503, (await reader.ReadHeadAsync(Cancelled)).Status);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello and more", "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\nmore", "hello")]
    [InlineData("\r\nhello", "hello")]
    [InlineData("Content-Length: 500\r\n\r\nhello", "hello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", "hello")]
    [InlineData("Content-Length: 20\r\n\r\nhello, long and longer", "hello, long ")]
    public async Task Body_is_read_up_to_its_end_or_the_limit(string rest, string body)
    {
        var reader = new HttpReader(Coming("HTTP/1.1 503\r\n" + rest));
        Assert.Equal(body, await reader.ReadBodyAsync(await reader.ReadHeadAsync(Cancelled), 12, Cancelled));
    }

    [Theory]
    [InlineData("7", null, 7)]
    [InlineData("Thu, 26 Nov 2026 00:00:30 GMT", "Thu, 26 Nov 2026 00:00:10 GMT", 20)]
    [InlineData("Thu, 26 Nov 2026 00:00:30 GMT", null, 30)]
    [InlineData("Thu, 26 Nov 2026 00:00:00 GMT", "Thu, 26 Nov 2026 00:00:10 GMT", 0)]
    [InlineData("soon", null, null)]
    public async Task Retry_after_is_seconds_or_a_date(string text, string? date, int? seconds)
    {
        var clock = new FakeTimeProvider(new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));
        var head = await new HttpReader(Coming($"HTTP/1.1 503\r\nRetry-After: {text}\r\n{(date is null ? "" : $"Date: {date}\r\n")}\r\n")).ReadHeadAsync(Cancelled);
        Assert.Equal(seconds is { } count ? TimeSpan.FromSeconds(count) : null, head.RetryAfter(clock));
    }

    private static MemoryStream Coming(string text) => new(Encoding.Latin1.GetBytes(text));
}
