using Gatehouse.Cli.Local;

namespace Gatehouse.Cli.Tests.Local;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("node server.js", new[] { "node", "server.js" })]
    [InlineData("  a   b\t c ", new[] { "a", "b", "c" })]
    [InlineData("sh -c 'exec a \"b\" $PORT'", new[] { "sh", "-c", "exec a \"b\" $PORT" })]
    [InlineData("a \"b c\\\"d\\x\" e", new[] { "a", "b c\"d\\x", "e" })]
    [InlineData("a\\ b c''d \"\"", new[] { "a b", "cd", "" })]
    [InlineData("'a\\' b", new[] { "a\\", "b" })]
    [InlineData("", new string[0])]
    public void Words_are_split_as_a_shell_splits_them(string text, string[] expected)
    {
        Assert.True(ShellWords.TrySplit(text, out var words));
        Assert.Equal(expected, words);
    }

    [Theory]
    [InlineData("a 'b"), InlineData("a \"b"), InlineData("a \\")]
    public void What_is_not_closed_is_no_command(string text) => Assert.False(ShellWords.TrySplit(text, out _));
}
