namespace Gatehouse.Agents.Ops;

/// <summary>The built-in ops agent, bound from the section <c>Ops</c>.</summary>
public sealed class OpsOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Ops";

    /// <summary>
    /// Words streamed in a second; 0 streams as fast as possible. Default 50, about what a hosted model does, so that what is
    /// seen without a key is what will be seen with one.
    /// </summary>
    public double TokensPerSecond { get; set; } = 50;

    /// <summary>What is wrong with <paramref name="options"/>: the key, the value and what would be right; empty if nothing.</summary>
    public static IReadOnlyList<string> Errors(OpsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.TokensPerSecond is >= 0 and <= 100_000
            ? []
            : [FormattableString.Invariant(
                $"{Section}:TokensPerSecond is '{options.TokensPerSecond}'; it must be 0 (as fast as possible) or a number up to 100000.")];
    }
}
