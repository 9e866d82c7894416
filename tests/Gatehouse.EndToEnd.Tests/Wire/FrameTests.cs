using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Wire;

/// <summary>What is wrong below the commands ends the connection, with the standard's code.</summary>
public sealed class FrameTests(SharedServer server)
{
    [Fact]
    public async Task A_binary_frame_closes_with_1003()
    {
        foreach (var bytes in new byte[][] { [], [1, 2, 3], "{\"type\":\"threads\",\"id\":1}"u8.ToArray() })
        {
            await using var client = await WireClient.ConnectAsync(server.Port);
            await client.SendAsync(bytes, WebSocketMessageType.Binary);
            Assert.Equal(1003, await client.EndAsync());
        }
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_closes_with_1007()
    {
        byte[][] texts =
        [
            [0xFF], [0x22, 0xC3, 0x28, 0x22],       // no lead byte; a lead byte without its second
            [0xED, 0xA0, 0x80],                     // half a surrogate pair
            [0xC0, 0xAF],                           // longer than need be
            [0xF4, 0x90, 0x80, 0x80],               // beyond Unicode
            [0x22, 0xE2, 0x82],                     // broken off at the end
        ];
        foreach (var text in texts)
        {
            await using var client = await WireClient.ConnectAsync(server.Port);
            await client.SendAsync(text, WebSocketMessageType.Text);
            Assert.Equal(1007, await client.EndAsync());
        }
    }

    [Fact]
    public async Task A_message_over_64_KiB_closes_with_1009_and_one_of_64_KiB_is_served()
    {
        var command = Encoding.UTF8.GetBytes("""{"type":"unsubscribe","id":1,"threadId":"none"}""".PadRight(64 * 1024));
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.SendAsync(command, WebSocketMessageType.Text);
        Assert.Equal("ok", (await client.NextAsync()).Text("type"));
        await client.SendAsync([.. command, (byte)' '], WebSocketMessageType.Text);
        Assert.Equal(1009, await client.EndAsync());

        // The same in fragments, and one far over it.
        await using var fragments = await WireClient.ConnectAsync(server.Port);
        await fragments.SendAsync(command[..40_000], WebSocketMessageType.Text, endOfMessage: false);
        await fragments.SendAsync(command[40_000..], WebSocketMessageType.Text);
        Assert.Equal("ok", (await fragments.NextAsync()).Text("type"));
        await fragments.SendAsync(command, WebSocketMessageType.Text, endOfMessage: false);
        await fragments.SendAsync(" "u8.ToArray(), WebSocketMessageType.Text);
        Assert.Equal(1009, await fragments.EndAsync());

        await using var huge = await WireClient.ConnectAsync(server.Port);
        var sending = huge.SendAsync(new byte[1024 * 1024], WebSocketMessageType.Text);
        Assert.Contains(await huge.EndAsync(), new int?[] { 1009, null });      // null: reset while it was still sending
        await Record.ExceptionAsync(() => sending);
    }

    [Fact]
    public async Task What_was_answered_before_a_fault_arrives_before_the_close()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        for (var id = 0; id < 20; id++)
            await client.CommandAsync("unsubscribe", ("threadId", "none"));
        await client.SendAsync([1], WebSocketMessageType.Binary);
        for (var id = 1; id <= 20; id++) Assert.Equal(id, (await client.NextAsync()).GetProperty("id").GetInt32());
        Assert.Equal(1003, await client.EndAsync());
    }

    [Theory]
    [InlineData("81 08 7B 7D 20 20 20 20 20 20", "not masked")]
    [InlineData("F1 80 00 00 00 00", "reserved bits")]
    [InlineData("83 80 00 00 00 00", "reserved opcode")]
    [InlineData("80 80 00 00 00 00", "continues nothing")]
    [InlineData("01 80 00 00 00 00 81 80 00 00 00 00", "a message in a message")]
    [InlineData("09 80 00 00 00 00", "a fragmented ping")]
    [InlineData("89 FE 00 7E 00 00 00 00", "a ping that is too long")]
    [InlineData("81 FF FF FF FF FF FF FF FF FF 00 00 00 00", "a negative length")]
    [InlineData("88 81 00 00 00 00 03", "a close with half a code")]
    [InlineData("88 82 00 00 00 00 03 ED", "a close with a code that must not be sent")]
    public async Task A_broken_frame_closes_with_1002(string bytes, string _)
    {
        using var line = await RawLine.UpgradeAsync(server.Port);
        await line.SendAsync(Convert.FromHexString(bytes.Replace(" ", "")));
        Assert.Equal(1002, await line.CloseCodeAsync());
    }

    [Fact]
    public async Task A_close_is_answered_with_1000()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        Assert.Equal(1000, await client.CloseAsync());
    }

    [Fact]
    public async Task Whatever_a_thousand_random_frames_hold_nothing_closes_with_1011()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] words = ["{", "}", "[", "]", "\"", ":", ",", "\\u", "\\ud800", "type", "run", "id", "1", "threadId", "null", "\n", "subscribe", "é", " ", "{\"type\":\"threads\",\"id\":1"];
        await using var client = await WireClient.ConnectAsync(server.Port);
        for (var frame = 0; frame < 1000; frame++)
            await client.SendAsync(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => words[random.Next(words.Length)])));
        await client.SendAsync("""{"type":"unsubscribe","id":"last","threadId":"none"}""");
        await client.UntilAsync(message => message.Text("type") == "ok", message => Assert.NotEqual("internal", message.TextOrNull("code")));

        for (var round = 0; round < 100; round++)
        {
            using var line = await RawLine.UpgradeAsync(server.Port);
            var bytes = new byte[random.Next(2, 64)];
            random.NextBytes(bytes);
            try
            {
                await line.SendAsync(bytes);
                line.HangUp();
                Assert.NotEqual(1011, await line.CloseCodeAsync());
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                // It hung up first; that is an end too.
            }
        }
    }
}
