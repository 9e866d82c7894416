using System.Text;
using CsCheck;
using Gatehouse.Chat;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Chat;

public sealed class CommandReaderTests
{
    [Theory]
    [InlineData("{", "invalid_json")]
    [InlineData("not json", "invalid_json")]
    [InlineData("""{"type":"cancel","id":1,"id":2,"runId":"r"}""", "invalid_json")]
    [InlineData("[]", "invalid_command")]
    [InlineData("null", "invalid_command")]
    [InlineData("""{"id":1}""", "invalid_command")]
    [InlineData("""{"type":7,"id":1}""", "invalid_command")]
    [InlineData("""{"type":"fly","id":1}""", "unknown_type")]
    [InlineData("""{"type":"threads"}""", "invalid_command")]
    [InlineData("""{"type":"threads","id":1.5}""", "invalid_command")]
    [InlineData("""{"type":"threads","id":null}""", "invalid_command")]
    [InlineData("""{"type":"threads","id":""}""", "invalid_command")]
    [InlineData("""{"type":"run","id":1,"threadId":"t","messageId":"m"}""", "invalid_command")]
    [InlineData("""{"type":"run","id":1,"threadId":"t","messageId":"m","text":""}""", "invalid_command")]
    [InlineData("""{"type":"run","id":1,"threadId":"t t","messageId":"m","text":"x"}""", "invalid_command")]
    [InlineData("""{"type":"run","id":1,"threadId":"t","messageId":"m","text":"\ud800"}""", "invalid_command")]
    [InlineData("""{"type":"subscribe","id":1,"threadId":"t","cursor":null}""", "invalid_command")]
    [InlineData("""{"type":"answer","id":1,"interruptId":"i"}""", "invalid_command")]
    public void What_is_no_command_is_refused_with_a_code(string text, string code) =>
        Assert.Equal(code, CommandReader.Read(Encoding.UTF8.GetBytes(text)).Error?.Code);

    [Theory]
    [InlineData(32, null)]
    [InlineData(33, "too_deep")]
    [InlineData(5000, "too_deep")]
    public void Nesting_counts_to_32(int depth, string? code)
    {
        var payload = new string('[', depth - 1) + new string(']', depth - 1);
        var read = CommandReader.Read(Encoding.UTF8.GetBytes($$"""{"type":"answer","id":1,"interruptId":"i","payload":{{payload}}}"""));

        Assert.Equal(code, read.Error?.Code);
    }

    [Fact]
    public void An_answer_repeats_the_id_as_it_was_sent()
    {
        Assert.Equal(new CommandId(7), CommandReader.Read("""{"type":"fly","id":7}"""u8.ToArray()).Error!.Id);
        Assert.Equal(new CommandId("seven", 0), CommandReader.Read("""{"type":"fly","id":"seven"}"""u8.ToArray()).Error!.Id);
    }

    [Fact]
    public void A_command_reads_back_as_it_was_written() => Gen.Select(Gen.Int, Gen.String[1, 50]).Sample((id, text) =>
    {
        var written = new RunCommand(new(id), "thread", "message", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), "agent");
        return written.Equals(CommandReader.Read(written.ToUtf8()).Command);
    });

    [Fact]
    public void Random_bytes_never_get_past_it() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        var (command, error) = CommandReader.Read(bytes);
        return command is null != (error is null);
    });

    [Fact]
    public void Damaged_commands_never_get_past_it()
    {
        var good = Encoding.UTF8.GetBytes("""{"type":"run","id":"a","threadId":"t","messageId":"m","text":"h\u00e9llo","agent":"x"}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var bytes = (byte[])good.Clone();
            bytes[at] = value;
            var (command, error) = CommandReader.Read(bytes);
            return command is null != (error is null);
        });
    }
}
