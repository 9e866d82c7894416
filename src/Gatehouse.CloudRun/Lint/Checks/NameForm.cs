namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>The form of names that become host names: a DNS label of RFC 1035.</summary>
internal static class NameForm
{
    public const int Longest = 63;

    public const string Rule = "write lower-case letters, digits and dashes, a letter first, no dash last, at most 63 characters";

    public static bool IsDns1035(string name) => name is { Length: > 0 and <= Longest } && char.IsAsciiLetterLower(name[0]) && name[^1] is not '-'
        && name.All(static each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each) || each is '-');
}
