using System.Text;
using System.Text.Json;
using CsCheck;
using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Runs;

namespace Gatehouse.Tests.Runs;

public sealed class StepDraftTests
{
    [Fact]
    public void Events_say_what_the_messages_hold_however_the_deltas_were_cut() =>
        Gen.Select(Gen.String[0, 40], Gen.Int[1, 5], Gen.Bool.Array[40]).Sample((text, size, flushes) =>
        {
            var log = Begun();
            var draft = new StepDraft("run", 0);
            for (var at = 0; at < text.Length; at += size)
            {
                draft.Add(new ModelDelta.Text(text.Substring(at, Math.Min(size, text.Length - at))), log);
                if (flushes[at % flushes.Length]) draft.Flush(log);
            }
            draft.Close(log);
            var said = string.Concat(Events(log).Where(e => Type(e) == "TEXT_MESSAGE_CONTENT").Select(e => e.GetProperty("delta").GetString()));
            var wellformed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            return said == wellformed && (text.Length == 0 || draft.Messages()[0].Content == wellformed);
        });

    [Fact]
    public void A_surrogate_pair_that_comes_in_two_deltas_stays_whole()
    {
        var log = Begun();
        var draft = new StepDraft("run", 0);
        draft.Add(new ModelDelta.Text("a\ud83d"), log);
        draft.Flush(log);
        draft.Add(new ModelDelta.Text("\ude00b"), log);
        draft.Close(log);

        Assert.Equal("a\ud83d\ude00b", draft.Messages()[0].Content);
    }

    [Fact]
    public void Deltas_are_merged_until_they_are_flushed()
    {
        var log = Begun();
        var draft = new StepDraft("run", 0);
        foreach (var word in new[] { "a", "b", "c" }) draft.Add(new ModelDelta.Text(word), log);
        draft.Close(log);

        Assert.Equal(["TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END"], Events(log).Select(Type));
    }

    [Fact]
    public void Whatever_was_opened_is_closed_in_order()
    {
        var log = Begun();
        var draft = new StepDraft("run", 3);
        draft.Add(new ModelDelta.Reasoning("hm"), log);
        draft.Add(new ModelDelta.Text("yes"), log);
        draft.Add(new ModelDelta.Reasoning("or"), log);
        draft.Add(new ModelDelta.Call("tool", "{}"), log);
        draft.Close(log);

        Assert.Equal(
        [
            "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END",
            "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT",
            "REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END",
            "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TEXT_MESSAGE_END",
        ], Events(log).Select(Type));
        Assert.Equal(["run.3.r0", "run.3", "run.3.r1"], draft.Messages().Select(message => message.Id));
    }

    private static LogWriter Begun()
    {
        var log = new LogWriter(1, Position.Start);
        _ = log.Next();
        log.Answered(new LogAnswer(LogVerdict.Done, Position.Start));
        return log;
    }

    private static IReadOnlyList<JsonElement> Events(LogWriter log) => log.Next() is LogCall.Append append
        ? [.. append.Entries.Select(entry => JsonElement.Parse(entry.Utf8.Span))]
        : [];

    private static string? Type(JsonElement json) => json.GetProperty("type").GetString();
}
