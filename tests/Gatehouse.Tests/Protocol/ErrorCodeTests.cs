using System.Text.RegularExpressions;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Protocol;

public sealed partial class ErrorCodeTests
{
    [Fact]
    public void The_document_has_the_same_codes_in_the_same_order()
    {
        var document = Repository.Read("docs/protocol.md").Split("<!-- error-codes")[1].Split("`RUN_ERROR`")[0];
        var rows = Row().Matches(document).Select(row => new ErrorCode(row.Groups[1].Value, row.Groups[2].Value == "yes"));

        Assert.Equal(ErrorCode.All, rows);
    }

    [Fact]
    public void A_code_that_is_not_known_is_not_retried() => Assert.False(ErrorCode.MayRetry("from_the_future"));

    [GeneratedRegex(@"^\| `(\w+)` \| (yes|no) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
