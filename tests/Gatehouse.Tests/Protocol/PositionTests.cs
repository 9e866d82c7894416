using System.Text;
using CsCheck;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed class PositionTests
{
    [Fact]
    public void A_cursor_reads_back_as_the_position_that_wrote_it() => Gen.Select(Gen.Long[0, long.MaxValue], Gen.ULong)
        .Sample((seq, digest) => Position.TryParse(new Position(seq, digest).ToString(), out var read) && read == new Position(seq, digest));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-0000000000000000")]
    [InlineData("1-000000000000000")]
    [InlineData("1-00000000000000000")]
    [InlineData("1-000000000000000g")]
    [InlineData("-1-0000000000000000")]
    [InlineData("99999999999999999999-0000000000000000")]
    [InlineData(" 1-0000000000000000")]
    public void Anything_else_is_no_cursor(string text) => Assert.False(Position.TryParse(text, out _));

    [Fact]
    public void A_position_depends_on_every_event_before_it() => Gen.String.Array[1, 8].Sample(texts =>
    {
        var whole = Chain(texts);
        for (var i = 0; i < texts.Length; i++)
        {
            var changed = (string[])texts.Clone();
            changed[i] += "x";
            if (Chain(changed) == whole) return false;
        }
        return true;
    });

    private static Position Chain(IEnumerable<string> texts) =>
        texts.Aggregate(Position.Start, (position, text) => position.Next(Encoding.UTF8.GetBytes(text)));
}
