using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Wire;

/// <summary>Whatever is no command is answered by an <c>error</c> with a stable code, and the connection lives.</summary>
public sealed class InvalidInputTests(SharedServer server)
{
    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth));

    public static TheoryData<string, string> Inputs() => new()
    {
        // not JSON
        { "hello", "invalid_json" },
        { "{", "invalid_json" },
        { """{"type":"threads","id":1,}""", "invalid_json" },
        { """{"type":"threads","id":1} {"type":"threads","id":2}""", "invalid_json" },
        { """{"type":"threads" /* why not */,"id":1}""", "invalid_json" },
        { "\uFEFF{\"type\":\"threads\",\"id\":1}", "invalid_json" },
        { "{\"type\":\"threads\",\"id\":\"a\u0000b\"}", "invalid_json" },
        { """{"type":"threads","id":NaN}""", "invalid_json" },
        // a field twice
        { """{"type":"threads","id":1,"id":2}""", "invalid_json" },
        { """{"type":"threads","type":"threads","id":1}""", "invalid_json" },
        { """{"type":"threads","id":1,"\u0069d":2}""", "invalid_json" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":{"a":1,"a":2}}""", "invalid_json" },
        // not an object
        { "1", "invalid_command" },
        { "null", "invalid_command" },
        { "\"threads\"", "invalid_command" },
        { "[]", "invalid_command" },
        { """[{"type":"threads","id":1}]""", "invalid_command" },
        // too deep, in a field that is known and in one that is not, whole and broken off
        { $$"""{"type":"answer","id":1,"interruptId":"i","payload":{{Nested(32)}}}""", "too_deep" },
        { $$"""{"type":"threads","id":1,"more":{{Nested(32)}}}""", "too_deep" },
        { Nested(33), "too_deep" },
        { Nested(10_000), "too_deep" },
        { new string('[', 30_000), "too_deep" },
        { string.Concat(Enumerable.Repeat("{\"a\":", 33)) + "1" + new string('}', 33), "too_deep" },
        // type
        { """{"id":1}""", "invalid_command" },
        { """{"type":null,"id":1}""", "invalid_command" },
        { """{"type":7,"id":1}""", "invalid_command" },
        { """{"type":{"type":"threads"},"id":1}""", "invalid_command" },
        { """{"type":"","id":1}""", "invalid_command" },
        { """{"type":"\ud800","id":1}""", "invalid_command" },
        { """{"type":"dance","id":1}""", "unknown_type" },
        { """{"type":"RUN","id":1}""", "unknown_type" },
        { """{"type":"welcome","id":1}""", "unknown_type" },
        // id
        { """{"type":"threads"}""", "invalid_command" },
        { """{"type":"threads","id":null}""", "invalid_command" },
        { """{"type":"threads","id":1.5}""", "invalid_command" },
        { """{"type":"threads","id":9223372036854775808}""", "invalid_command" },
        { """{"type":"threads","id":1e400}""", "invalid_command" },
        { """{"type":"threads","id":true}""", "invalid_command" },
        { """{"type":"threads","id":""}""", "invalid_command" },
        { """{"type":"threads","id":["1"]}""", "invalid_command" },
        { """{"type":"threads","id":"\udc00"}""", "invalid_command" },
        { $$"""{"type":"threads","id":"{{new string('x', 65)}}"}""", "invalid_command" },
        // run
        { """{"type":"run","id":1}""", "invalid_command" },
        { """{"type":"run","id":1,"messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":7,"messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":null,"messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"","messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"a/b","messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"é","messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"\ud83d","messageId":"m","text":"t"}""", "invalid_command" },
        { $$"""{"type":"run","id":1,"threadId":"{{new string('t', 129)}}","messageId":"m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":[],"text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m m","text":"t"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":""}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":["t"]}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"\ud800"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"a\udc00b"}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"t","agent":7}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"t","agent":""}""", "invalid_command" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"t","agent":"nobody"}""", "unknown_agent" },
        { """{"type":"run","id":1,"threadId":"t","messageId":"m","text":"t","agent":"selftest"}""", "unknown_agent" },
        { """{"type":"run","id":1,"threadId":"selftest.1","messageId":"m","text":"t"}""", "invalid_command" },
        // subscribe, unsubscribe
        { """{"type":"subscribe","id":1}""", "invalid_command" },
        { """{"type":"subscribe","id":1,"threadId":{}}""", "invalid_command" },
        { """{"type":"subscribe","id":1,"threadId":"no-such-thread","cursor":5}""", "invalid_command" },
        { """{"type":"subscribe","id":1,"threadId":"no-such-thread"}""", "unknown_thread" },
        { """{"type":"subscribe","id":1,"threadId":"no-such-thread","cursor":"0-0000000000000000"}""", "unknown_thread" },
        { """{"type":"subscribe","id":1,"threadId":"no-such-thread","cursor":"7-00000000000000ff"}""", "unknown_thread" },
        { """{"type":"subscribe","id":1,"threadId":"no-such-thread","cursor":"what is this?"}""", "unknown_thread" },
        { """{"type":"unsubscribe","id":1}""", "invalid_command" },
        { """{"type":"unsubscribe","id":1,"threadId":1}""", "invalid_command" },
        // cancel, answer, threads, auth
        { """{"type":"cancel","id":1}""", "invalid_command" },
        { """{"type":"cancel","id":1,"runId":3}""", "invalid_command" },
        { """{"type":"cancel","id":1,"runId":"no-such-run"}""", "unknown_run" },
        { """{"type":"answer","id":1,"payload":{"approved":true}}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"i"}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":"yes"}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":{"approved":1}}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":{"approved":true,"reason":1}}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":{"approved":true,"reason":"\ud800"}}""", "invalid_command" },
        { """{"type":"answer","id":1,"interruptId":"no-such-interrupt","payload":{"approved":true}}""", "unknown_interrupt" },
        { """{"type":"threads","id":1,"before":7}""", "invalid_command" },
        { """{"type":"threads","id":1,"before":""}""", "invalid_command" },
        { """{"type":"auth","id":1}""", "invalid_command" },
        { """{"type":"auth","id":1,"token":{}}""", "invalid_command" },
        { """{"type":"auth","id":1,"token":"t"}""", "unsupported" },
        // names that JSON can write and Unicode cannot
        { """{"\ud800":1,"type":"dance","id":1}""", "invalid_json" },
        { """{"type":"threads","id":1,"\ud800":1,"\ud801":2}""", "invalid_json" },
        { """{"type":"answer","id":1,"interruptId":"i","payload":{"\ud800":1}}""", "invalid_json" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Is_answered_by_its_code_once_and_the_connection_lives(string frame, string code)
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.SendAsync(frame);
        await client.SendAsync("""{"type":"unsubscribe","id":"alive","threadId":"none"}""");

        var error = await client.NextAsync();
        Assert.Equal("error", error.Text("type"));
        Assert.True(code == error.Text("code"), error.GetRawText());
        Assert.NotEmpty(error.Text("message"));
        var alive = await client.NextAsync();
        Assert.Equal(("ok", "alive"), (alive.Text("type"), alive.Text("id")));
    }

    [Fact]
    public async Task All_in_one_frame_is_answered_in_order_each_exactly_once()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        var inputs = Inputs().Select(row => row.Data).Where(row => row.Item1.Length < 300).ToList();
        var lines = inputs.SelectMany((row, at) => new[] { row.Item1, $$"""{"type":"unsubscribe","id":"n{{at}}","threadId":"none"}""" });
        await client.SendAsync(string.Join('\n', lines));
        for (var at = 0; at < inputs.Count; at++)
        {
            var error = await client.NextAsync();
            Assert.True(error.TextOrNull("code") == inputs[at].Item2, $"{inputs[at].Item1}: {error.GetRawText()}");
            Assert.Equal($"n{at}", (await client.NextAsync()).Text("id"));
        }
    }

    [Fact]
    public async Task An_error_repeats_the_commands_id_as_it_was_written()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.SendAsync("""{"type":"dance","id":"A \" \u00e9"}""");
        Assert.Equal("A \" é", (await client.NextAsync()).Text("id"));
        await client.SendAsync("""{"type":"dance","id":-9223372036854775808}""");
        Assert.Equal(long.MinValue, (await client.NextAsync()).GetProperty("id").GetInt64());
        await client.SendAsync("""{"type":"dance","id":"7"}""");
        Assert.Equal(JsonValueKind.String, (await client.NextAsync()).GetProperty("id").ValueKind);
    }

    [Fact]
    public async Task Text_of_32_KiB_is_accepted_and_one_byte_more_is_too_long()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        var most = new string('é', 16 * 1024);      // two bytes each
        Assert.Equal(32 * 1024, Encoding.UTF8.GetByteCount(most));
        var threadId = Conversation.NewId();
        var accepted = await client.RunAsync(threadId, most);
        var record = new ThreadRecord(threadId, accepted.Text("cursor"));
        await record.UntilEndedAsync(client);
        Assert.Contains(record.Events, each => JsonElement.Parse(each).TextOrNull("delta") == most);

        foreach (var text in new[] { most + "x", new string('x', 32 * 1024 + 1), string.Concat(Enumerable.Repeat("😀", 8193)) })
        {
            await client.SendAsync($$"""{"type":"run","id":"long","threadId":"{{Conversation.NewId()}}","messageId":"m","text":"{{text}}"}""");
            Assert.Equal("text_too_long", (await client.NextAsync()).TextOrNull("code"));
        }
    }

    [Fact]
    public async Task A_message_sent_again_is_the_same_run_and_with_another_text_a_conflict()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        var (threadId, messageId) = (Conversation.NewId(), Conversation.NewId());
        var first = await client.RunAsync(threadId, "hello", messageId: messageId);
        var record = new ThreadRecord(threadId, first.Text("cursor"));
        await record.UntilEndedAsync(client);

        var again = await client.RunAsync(threadId, "hello", record.See, messageId);
        Assert.Equal(first.Text("runId"), again.Text("runId"));
        await using var other = await WireClient.ConnectAsync(server.Port);
        Assert.Equal(first.Text("runId"), (await other.RunAsync(threadId, "hello", messageId: messageId)).Text("runId"));

        var conflict = await client.AskAsync("run", record.See, ("threadId", threadId), ("messageId", messageId), ("text", "good-bye"));
        Assert.Equal("conflict", conflict.TextOrNull("code"));

        // Nothing of it became a second run.
        await client.RunAsync(threadId, "the second", record.See);
        await record.UntilEndedAsync(client, 2);
        Assert.Equal(2, record.Types.Count(type => type == "RUN_STARTED"));
        Assert.Equal(0, record.Gaps);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_null_is_not_absent()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.SendAsync("""{"type":"threads","id":1,"color":"red","deep":{"er":[1,2,{"x":null}]}}""");
        Assert.Equal("threads", (await client.NextAsync()).Text("type"));
        await client.SendAsync("""{"type":"run","id":2,"threadId":"x","messageId":"m","text":"t","agent":null}""");
        Assert.Equal("invalid_command", (await client.NextAsync()).TextOrNull("code"));
    }

    [Fact]
    public async Task A_cursor_that_means_nothing_gets_a_snapshot()
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        var record = await client.TurnAsync("hello");
        foreach (var cursor in new[] { "rubbish", "1-0000000000000000", "999999-0123456789abcdef", "-1-0000000000000000", "😀" })
        {
            var answer = await client.AskAsync("subscribe", ("threadId", record.ThreadId), ("cursor", cursor));
            Assert.True(answer.TextOrNull("result") == "snapshot", answer.GetRawText());
            var snapshot = await client.NextAsync();
            Assert.Equal("snapshot", snapshot.Text("type"));
            if (snapshot.Text("cursor") == record.Cursor) continue;
            var rest = await client.NextAsync();        // what the store did not have yet
            Assert.Equal((snapshot.Text("cursor"), record.Cursor), (rest.Text("after"), rest.Text("cursor")));
        }
    }

    [Fact]
    public async Task Ten_thousand_subscriptions_are_128_and_then_too_many()
    {
        const int Threads = 160;
        await using var client = await WireClient.ConnectAsync(server.Port);
        var threads = new string[Threads];
        for (var at = 0; at < Threads; at++)
        {
            threads[at] = Conversation.NewId();
            await client.AskAsync("run", ("threadId", threads[at]), ("messageId", "m"), ("text", "hello"));
            await client.AskAsync("unsubscribe", ("threadId", threads[at]));
        }

        await using var greedy = await WireClient.ConnectAsync(server.Port);
        var sending = Task.Run(async () =>
        {
            for (var id = 0; id < 10_000; id++)
                await greedy.SendAsync(new JsonObject { ["type"] = "subscribe", ["id"] = id, ["threadId"] = threads[id % Threads] }.ToJsonString());
        });
        var (taken, refused) = (0, 0);
        for (var id = 0; id < 10_000; id++)
        {
            var answer = await greedy.UntilAsync(message => message.TryGetProperty("id", out _));
            Assert.Equal(id, answer.GetProperty("id").GetInt32());
            if (answer.Text("type") == "subscribed") taken++;
            else if (answer.Text("code") == "too_many_subscriptions") refused++;
            Assert.Equal(id % Threads < 128, answer.Text("type") == "subscribed");      // those it has may be subscribed again
        }
        await sending;
        Assert.Equal(10_000, taken + refused);

        // So is a message for a thread that would be the 129th; and there is room again after one is given up.
        var run = await greedy.AskAsync("run", ("threadId", Conversation.NewId()), ("messageId", "m"), ("text", "hello"));
        Assert.Equal("too_many_subscriptions", run.TextOrNull("code"));
        await greedy.AskAsync("unsubscribe", ("threadId", threads[0]));
        await greedy.RunAsync(Conversation.NewId(), "hello");
    }
}
