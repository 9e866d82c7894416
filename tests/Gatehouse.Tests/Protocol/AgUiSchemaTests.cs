using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Protocol;
using Gatehouse.Runs;

namespace Gatehouse.Tests.Protocol;

/// <summary>Every event that can be written, held against the schemas of <c>@ag-ui/core</c> 1.0.0 themselves, in Node.</summary>
public sealed class AgUiSchemaTests
{
    private static readonly AgUiEvent[] Events =
    [
        new RunStarted("t", "r"), new RunStarted("t", "r", 1),
        new RunFinished("t", "r"), new RunFinished("t", "r", new("success"), [new(null, null, 1, 2, 3)], 1),
        new RunFinished("t", "r", new("success"), [new("p", "m", 1, 2, 3, 1, 1)]),
        new RunFinished("t", "r", new("cancelled")),
        new RunFinished("t", "r", new("interrupt", [new("i", "tool_call", "May it?", "c", JsonElement.Parse("""{"type":"object"}"""))])),
        new RunFinished("t", "r", new("interrupt", [new("i", "tool_call")])),
        new RunError("failed"), new RunError("failed", "agent_failed", 1),
        new TextMessageStart("m", "user"), new TextMessageStart("m", "assistant"), new TextMessageContent("m", "text"), new TextMessageEnd("m"),
        new ReasoningStart("m"), new ReasoningMessageStart("m"), new ReasoningMessageContent("m", "hm"), new ReasoningMessageEnd("m"), new ReasoningEnd("m"),
        new ToolCallStart("c", "tool"), new ToolCallStart("c", "tool", "m"), new ToolCallArgs("c", "{}"), new ToolCallEnd("c"), new ToolCallResult("m", "c", "done"),
        new CustomEvent("name", JsonElement.Parse("1")),
    ];

    [Fact]
    public async Task Every_kind_of_event_is_valid()
    {
        var kinds = typeof(AgUiEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(AgUiEvent)));
        Assert.Equal(kinds.ToHashSet(), Events.Select(each => each.GetType()).ToHashSet());

        var (code, output) = await ValidateAsync([.. Events.Select(each => each.ToUtf8()), RunEvents.Rewound(), RunEvents.Queued("r", "m", "text")]);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_null_where_a_field_should_be_absent_is_found()
    {
        var (code, output) = await ValidateAsync(["""{"type":"RUN_STARTED","threadId":"t","runId":"r","timestamp":null}"""u8.ToArray()]);
        Assert.True(code == 1, output);
    }

    private static async Task<(int Code, string Output)> ValidateAsync(IEnumerable<byte[]> lines)
    {
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(Repository.Root, "clients/javascript/test/validate-events.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        foreach (var line in lines)
        {
            await node.StandardInput.BaseStream.WriteAsync(line);
            node.StandardInput.BaseStream.WriteByte((byte)'\n');
        }
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync() + await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        return (node.ExitCode, output);
    }
}
