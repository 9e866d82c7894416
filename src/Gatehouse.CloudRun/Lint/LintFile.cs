using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint;

/// <summary>A file to lint, as it was when it was read. What cannot be read is a finding, too.</summary>
public sealed class LintFile
{
    private readonly ManifestText _read;
    private readonly byte[] _bytes;

    private LintFile(string name, byte[] bytes, ManifestText read) => (Name, _bytes, _read) = (name, bytes, read);

    public string Name { get; }

    /// <summary>Whether there is a text to judge; otherwise <see cref="Lint"/> says why not.</summary>
    public bool IsReadable => _read.Problem is null;

    /// <summary>The text, empty if it could not be read.</summary>
    public string Text => _read.Text;

    /// <summary>Reads a file; never more of it than a manifest can have.</summary>
    public static async Task<LintFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (Directory.Exists(path)) return Unreadable(path, "this is a directory", "give the files in it");
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (file) return await ReadAsync(file, path, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, "there is no such file", "give a file that is there");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Unreadable(path, $"it cannot be read: {Shown.Of(exception.Message)}", "give a file that can be read");
        }
    }

    /// <summary>Reads a stream to its end, or to where no manifest goes on.</summary>
    public static async Task<LintFile> ReadAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (bytes.Length <= ManifestText.MostBytes && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count) bytes.Write(buffer, 0, count);
        var all = bytes.ToArray();
        return new(name, all, ManifestText.Decode(all));
    }

    public IReadOnlyList<Finding> Lint(LintSettings settings) => _read.Problem is { } problem ? Linter.Unreadable(problem, Name) : Linter.Lint(_read.Text, Name, settings);

    /// <summary>Puts a new text in its place: the whole, or nothing. Null if that was done, otherwise what was in the way.</summary>
    public async Task<Finding?> WriteAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            // Behind a link is the file that is meant; what is replaced is the file, not the link.
            var path = File.ResolveLinkTarget(Name, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(Name);
            var beside = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
            try
            {
                await File.WriteAllBytesAsync(beside, _read.Encode(text), cancellationToken);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(beside, File.GetUnixFileMode(path));
                if (!(await File.ReadAllBytesAsync(path, cancellationToken)).AsSpan().SequenceEqual(_bytes)) return Failed("somebody has changed it meanwhile");
                File.Move(beside, path, overwrite: true);
                return null;
            }
            finally
            {
                File.Delete(beside);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failed(Shown.Of(exception.Message));
        }
    }

    private Finding Failed(string why) => Finding.At(FileRules.Unreadable, Severity.Error, Name, Place.Start, Place.Start, $"it cannot be mended: {why}", "nothing was written; try again");

    private static LintFile Unreadable(string path, string reason, string fix) => new(path, [], ManifestText.Unreadable(reason, fix));
}
