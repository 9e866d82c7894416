namespace Gatehouse.Hosting;

/// <summary>
/// The arguments of a job that are for the configuration: <c>--Section:Key=value</c>, or <c>--Section:Key value</c>. One that names no
/// setting is refused: the job would run, and not as was meant. None is shown, because any may be a part of a connection string.
/// </summary>
internal sealed class ConfigurationArguments
{
    // Of the host and its parts, which have more keys than are known here.
    private static readonly string[] Foreign = ["Logging", "Kestrel", "Agent", "Ops"];

    private readonly List<string> _taken = [];

    public string[] Taken => [.. _taken];

    /// <summary>What is wrong with the last one; null if nothing is, or it is not for the configuration.</summary>
    public string? Mistake { get; private set; }

    /// <param name="i">Where it is; moves to the last that was taken.</param>
    /// <returns>Whether it has the form of one.</returns>
    public bool TryTake(string[] args, ref int i)
    {
        var place = i + 1;
        var parts = args[i].Split('=', 2);
        if (!parts[0].StartsWith("--", StringComparison.Ordinal) || !parts[0].Contains(':', StringComparison.Ordinal)) return false;
        var key = parts[0][2..];
        if (!IsKey(key))
        {
            Mistake = $"argument {place} names no setting of the server{(MeantName.Of(key, Settings.All.Select(each => each.Key)) is { } meant ? $"; --{meant} may be meant" : "")}.";
            return true;
        }
        _taken.Add(args[i]);
        if (parts.Length > 1) return true;
        if (i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal)) _taken.Add(args[++i]);
        else Mistake = $"argument {place} is without a value; a setting is given as --Section:Key=value.";
        return true;
    }

    private static bool IsKey(string key) =>
        Settings.All.Any(setting => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase))
        || Foreign.Any(section => key.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase));
}
