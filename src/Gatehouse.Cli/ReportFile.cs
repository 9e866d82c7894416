using Gatehouse.Cli.Probe;

namespace Gatehouse.Cli;

/// <summary>A file that a report goes to; <c>-</c> is standard output.</summary>
internal static class ReportFile
{
    /// <summary>Opens it for writing, and leaves it as it was.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void Check(string option, string? file)
    {
        if (file is null or "-") return;
        var isNew = !File.Exists(file);
        try
        {
            new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
            if (isNew) File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"{option} {file}: {exception.Message}");
        }
    }

    /// <returns>Whether it could be written; if not, that is told. What it reports is over by then: a lost report must not hide how it ended.</returns>
    public static bool Write(Terminal terminal, string option, string file, string text)
    {
        try
        {
            if (file is "-") terminal.Write(text);
            else File.WriteAllText(file, text);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Fail($"{option} {file}: {exception.Message}");
            return false;
        }
    }
}
