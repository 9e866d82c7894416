using CsCheck;
using Gatehouse.Store.Postgres;

namespace Gatehouse.Tests.Store.Postgres;

public sealed class EscapedTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain, é, \U0001F600", "plain, é, \U0001F600")]
    [InlineData("a\0b", "a\u00100b")]
    [InlineData("\0\0", "\u00100\u00100")]
    [InlineData("\u0010", "\u0010\u0010")]
    [InlineData("\u00100", "\u0010\u00100")]
    public void What_text_cannot_hold_is_escaped_and_nothing_else(string text, string stored)
    {
        Assert.Equal(stored, EscapedText.Write(text));
        Assert.Equal(text, EscapedText.Read(stored));
    }

    // Not as inline data, which cannot hold half a pair.
    [Fact]
    public void Half_a_pair_becomes_the_sign_for_what_cannot_be_read()
    {
        Assert.Equal("a\uFFFDb", EscapedText.Write("a\uD83Db"));
        Assert.Equal("\uFFFD\uFFFD", EscapedText.Write("\uDE00\uD83D"));
        Assert.Equal("\uFFFD\U0001F600", EscapedText.Write("\uD83D\U0001F600"));
    }

    [Fact]
    public void Every_text_without_half_a_pair_comes_back_as_it_was() => Gen.OneOfConst("\0", "\u0010", "0", "a", "\U0001F600", "\uFFFD", "é").Array[0, 12]
        .Select(string.Concat)
        .Sample(text =>
        {
            var stored = EscapedText.Write(text);
            Assert.DoesNotContain('\0', stored);
            Assert.Equal(text, EscapedText.Read(stored));
        });
}
