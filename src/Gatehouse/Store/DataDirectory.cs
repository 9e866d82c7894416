using System.Globalization;

namespace Gatehouse.Store;

/// <summary>
/// The directory of the embedded store, held by one process for as long as it lives: the lock is on an open file, so that it ends
/// with its process however that ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    // What a lock that another holds is called by Linux (EAGAIN), macOS (EWOULDBLOCK) and Windows (sharing violation).
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        FullPath = path;
        _lock = held;
    }

    public string FullPath { get; }

    public string DatabaseFile => Path.Combine(FullPath, "gatehouse.db");

    /// <summary>Creates the directory if there is none, and takes it.</summary>
    /// <exception cref="StoreException">Another process has it, or it cannot be written.</exception>
    public static DataDirectory Take(string path)
    {
        var full = Path.GetFullPath(path);
        var lockFile = Path.Combine(full, "lock");
        var processFile = Path.Combine(full, "process");    // of its own, because a locked file cannot be read
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(full);
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            File.WriteAllText(processFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(full, held);
        }
        catch (IOException busy) when (HeldByAnother.Contains(busy.HResult))
        {
            var holder = ReadProcessId(processFile) is { } id ? $"process {id}" : "another process";
            throw new StoreException(StoreFault.DirectoryInUse, $"The data directory {full} is in use by {holder}.", busy);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new StoreException(
                StoreFault.DirectoryUnusable, $"The data directory {full} cannot be used: {unusable.Message}", unusable);
        }
    }

    // The files stay: to remove them could remove those of the next process.
    public void Dispose() => _lock.Dispose();

    private static int? ReadProcessId(string processFile)
    {
        try
        {
            return int.TryParse(File.ReadAllText(processFile), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;    // only a courtesy of the message
        }
    }
}
