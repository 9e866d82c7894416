using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Client.Tests;

/// <summary>Plays one vector against a <see cref="Session"/>: turns steps into calls, and outputs into what a step expects.</summary>
internal sealed class VectorRun
{
    private const string Welcome = """
        {"type":"welcome","connectionId":"k1","instance":"i1","revision":"1","heartbeatMs":20000,"reconnectMs":1000,"maxFrameBytes":65536,"resumeToken":"s1"}
        """;

    private readonly JsonObject _vector;
    private readonly FakeTimeProvider _clock = new();
    private readonly Session _session;
    private readonly VectorNames _names = new();
    private readonly Dictionary<long, string> _requests = [];

    public VectorRun(JsonObject vector)
    {
        _vector = vector;
        var random = new Queue<double>((vector["random"]?.AsArray() ?? []).Select(value => (double)value!));
        _session = new(_clock, () => random.TryDequeue(out var value) ? value : throw new InvalidOperationException("no random value is left"));
    }

    public void Play()
    {
        var steps = _vector["steps"]!.AsArray();
        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i]!.AsObject();
            Do(step);
            new VectorExpectation(step["expect"]?.AsObject() ?? [], $"step {i + 1}: {step.ToJsonString()}", _names, _requests)
                .Check(_session, _session.TakeOutputs());
        }
    }

    private void Do(JsonObject step)
    {
        switch ((string)step["do"]!)
        {
            case "start": _session.Start(); break;
            case "stop": _session.Stop(); break;
            case "connected": Connected(); break;
            case "welcome": Welcomed((int)step["link"]!, step["with"]?.AsObject() ?? []); break;
            case "open": _session.Opened((int)step["link"]!); break;
            case "close": _session.Closed((int)step["link"]!, (int?)step["code"]); break;
            case "receive": foreach (var message in step["messages"]!.AsArray()) Receive((int)step["link"]!, message!); break;
            case "advance": _clock.Advance(TimeSpan.FromMilliseconds((int)step["ms"]!)); _session.Tick(); break;
            case "unfollow": _session.Unfollow((string)step["threadId"]!); break;
            case "token": _session.TokenRenewed(); break;
            default: Ask(step); break;
        }
    }

    private void Ask(JsonObject step)
    {
        var request = (string)step["do"]! switch
        {
            "run" => _session.Run((string)step["threadId"]!, (string)step["messageId"]!, (string)step["text"]!, (string?)step["agent"]),
            "follow" => _session.Follow((string)step["threadId"]!),
            "cancel" => _session.Cancel((string)step["runId"]!),
            "answer" => _session.Answer((string)step["interruptId"]!, JsonSerializer.SerializeToElement(step["payload"])),
            "threads" => _session.ListThreads((string?)step["before"]),
            var unknown => throw new InvalidOperationException($"unknown step {unknown}"),
        };
        _requests[request] = (string?)step["as"] ?? "";
    }

    private void Connected()
    {
        _session.Start();
        Assert.Contains(new OpenLink(1, TimeSpan.Zero), _session.TakeOutputs());
        Welcomed(1, []);
    }

    private void Welcomed(int link, JsonObject with)
    {
        _session.Opened(link);
        var welcome = JsonNode.Parse(Welcome)!.AsObject();
        foreach (var (name, value) in with) welcome[name] = value!.DeepClone();
        Receive(link, welcome);
    }

    private void Receive(int link, JsonNode message)
    {
        var sent = message.DeepClone().AsObject();
        if (sent["id"]?.ToString() is ['$', ..] name) sent["id"] = _names.IdOf(name);
        _session.Received(link, ServerMessage.Parse(JsonSerializer.SerializeToUtf8Bytes(sent)));
    }
}

/// <summary>Which ids the session chose for the names of a vector.</summary>
internal sealed class VectorNames
{
    private readonly Dictionary<string, JsonNode> _ids = [];

    public JsonNode IdOf(string name) => _ids[name].DeepClone();

    /// <summary>Puts the id in the place of its name, and binds the name if it is new.</summary>
    public void Bind(JsonObject expected, JsonNode actual)
    {
        var name = (string)expected["id"]!;
        if (!_ids.ContainsKey(name))
        {
            Assert.DoesNotContain(_ids.Values, id => JsonNode.DeepEquals(id, actual));
            _ids[name] = actual.DeepClone();
        }
        expected["id"] = IdOf(name);
    }
}
