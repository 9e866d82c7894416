using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>
/// A hop with its number, the same in every form. The number is the depth; where several causes stand side by side a letter
/// says which branch it is: 1, 2, 3a, 4a, 3b. So the last number of a branch is how many whys it took.
/// </summary>
internal sealed record Why(string Number, Hop Hop, IReadOnlyList<Why> Causes)
{
    public static Why Of(Hop chain) => Of(chain, 1, "");

    /// <summary>This one and all below it, in the order in which they are read.</summary>
    public IEnumerable<Why> All => Causes.SelectMany(cause => cause.All).Prepend(this);

    private static Why Of(Hop hop, int depth, string branch)
    {
        var causes = hop.Causes.Select((cause, index) =>
            Of(cause, depth + 1, hop.Causes.Count > 1 ? branch + Letter(index) : branch));
        return new(depth.ToString(CultureInfo.InvariantCulture) + branch, hop, [.. causes]);
    }

    private static string Letter(int index) => index < 26 ? ((char)('a' + index)).ToString() : Letter((index / 26) - 1) + Letter(index % 26);
}
