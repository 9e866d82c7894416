namespace Gatehouse.CloudRun.Manifests;

/// <summary>A file that cannot be read as a manifest; the message says why and what would be right.</summary>
public sealed class ManifestException(string message, string file, int line, int column, Exception? inner = null)
    : Exception(FormattableString.Invariant($"{file}({line},{column}): {message}"), inner)
{
    public string File => file;

    /// <summary>From 1.</summary>
    public int Line => line;

    /// <summary>From 1.</summary>
    public int Column => column;

    /// <summary>The message without its place.</summary>
    public string Reason => message;
}
