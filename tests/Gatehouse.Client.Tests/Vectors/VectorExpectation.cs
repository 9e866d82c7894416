using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;

namespace Gatehouse.Client.Tests;

/// <summary>Compares what a step brought about with its <c>expect</c>.</summary>
internal sealed class VectorExpectation(JsonObject expect, string step, VectorNames names, Dictionary<long, string> requests)
{
    public void Check(Session session, IReadOnlyList<SessionOutput> outputs)
    {
        CheckConnects([.. outputs.OfType<OpenLink>()]);
        CheckSends([.. outputs.OfType<SendCommand>()]);
        Same("close", outputs.OfType<CloseLink>().Select(close => Node($$"""{"link":{{close.Link}},"code":{{close.Code}}}""")));
        Same("drop", outputs.OfType<DropLink>().Select(drop => (JsonNode)drop.Link));
        CheckDone([.. outputs.OfType<RequestAnswered>().Where(done => requests[done.Request] is not "")]);
        Same("failed", outputs.OfType<RequestFailed>().Select(failed => Pair("as", requests[failed.Request], failed.Failure)));
        Same("unfollowed", outputs.OfType<Tell>().Select(tell => tell.Event).OfType<ThreadRefused>().Select(refused => Pair("threadId", refused.ThreadId, refused.Failure)));
        Assert.True(outputs.OfType<TokenNeeded>().Any() == ((bool?)expect["needsToken"] ?? false), Where("needsToken"));
        if (expect["state"] is { } state) Assert.True((string)state! == session.State.ToString().ToLowerInvariant(), Where($"state is {session.State}"));
        if (expect.TryGetPropertyValue("node", out var node)) Assert.True((string?)node == session.WaitingFor, Where($"node is {session.WaitingFor}"));
        if (expect["applied"] is not null) Same("applied", outputs.Select(Applied).OfType<JsonNode>());
        foreach (var (threadId, replica) in expect["threads"]?.AsObject() ?? []) CheckThread(threadId, replica, session.Thread(threadId));
    }

    private void CheckConnects(OpenLink[] actual)
    {
        var expected = List("connect");
        Assert.True(expected.Count == actual.Length, Where($"connect is {string.Join<OpenLink>(", ", actual)}"));
        foreach (var (wanted, open) in expected.Zip(actual))
        {
            Assert.True((int)wanted!["link"]! == open.Link, Where("connect.link"));
            if (wanted.AsObject().TryGetPropertyValue("resume", out var resume)) Assert.True((string?)resume == open.ResumeToken, Where("connect.resume"));
            Assert.True(Math.Abs((double)wanted["delayMs"]! - open.Delay.TotalMilliseconds) <= 1, Where($"delay is {open.Delay}"));
        }
    }

    private void CheckSends(SendCommand[] actual)
    {
        var expected = List("send");
        Assert.True(expected.Count == actual.Length, Where($"sent is {string.Join(", ", actual.Select(send => send.Command))}"));
        foreach (var (wanted, send) in expected.Zip(actual))
        {
            var command = JsonNode.Parse(send.Utf8.Span)!;
            var wantedCommand = wanted!["command"]!.DeepClone().AsObject();
            names.Bind(wantedCommand, command["id"]!);
            Assert.True((int)wanted["link"]! == send.Link, Where($"sent on link {send.Link}"));
            Assert.True(JsonNode.DeepEquals(wantedCommand, command), Where($"sent {command.ToJsonString()}"));
        }
    }

    private void CheckDone(RequestAnswered[] actual)
    {
        var expected = List("done");
        Assert.True(expected.Count == actual.Length, Where($"done is {string.Join<RequestAnswered>(", ", actual)}"));
        foreach (var (wanted, done) in expected.Zip(actual))
        {
            var answer = done.Answer is null ? [] : JsonNode.Parse(done.Answer.ToUtf8())!.AsObject();
            answer["as"] = requests[done.Request];
            foreach (var (name, value) in wanted!.AsObject())
                Assert.True(JsonNode.DeepEquals(value, answer[name]), Where($"done.{name} is {answer[name]}"));
        }
    }

    private void CheckThread(string threadId, JsonNode? expected, ThreadView? view)
    {
        Assert.True(expected is null == view is null, Where($"thread {threadId} is {view}"));
        if (expected is null || view is null) return;
        var actual = new JsonObject
        {
            ["cursor"] = view.Cursor,
            ["messages"] = new JsonArray([.. view.Messages.Select(item => JsonSerializer.SerializeToNode(item, MessageJson.Default.ThreadMessage))]),
            ["run"] = view.Run is null ? null : new JsonObject { ["runId"] = view.Run.RunId },
            ["queued"] = new JsonArray([.. view.Queued.Select(item => JsonSerializer.SerializeToNode(item, MessageJson.Default.QueuedRun))]),
            ["interrupts"] = new JsonArray([.. view.Interrupts.Select(item => JsonSerializer.SerializeToNode(item, MessageJson.Default.Interrupt))]),
        };
        if (expected["run"]?["agent"] is not null) actual["run"]!["agent"] = view.Run!.Agent;
        foreach (var (name, value) in expected.AsObject())
            Assert.True(JsonNode.DeepEquals(value, actual[name]), Where($"{threadId}.{name} is {actual[name]?.ToJsonString() ?? "null"}"));
    }

    private void Same(string key, IEnumerable<JsonNode> actual)
    {
        var list = new JsonArray([.. actual]);
        Assert.True(JsonNode.DeepEquals(List(key), list), Where($"{key} is {list.ToJsonString()}"));
    }

    private static JsonNode? Applied(SessionOutput output) => output switch
    {
        Tell { Event: EventsApplied { Message: var message } } =>
            new JsonObject { ["threadId"] = message.ThreadId, ["after"] = message.After, ["cursor"] = message.Cursor },
        Tell { Event: SnapshotApplied snapshot } => new JsonObject { ["threadId"] = snapshot.ThreadId, ["cursor"] = snapshot.Cursor },
        _ => null,
    };

    private JsonArray List(string key) => expect[key]?.AsArray() ?? [];

    private string Where(string what) => $"{what}\nat {step}";

    private static JsonNode Node(string json) => JsonNode.Parse(json)!;

    private static JsonObject Pair(string name, string value, Failure failure) => new() { [name] = value, ["code"] = failure.Code };
}
