using System.Globalization;
using Gatehouse.Store;

namespace Gatehouse.Tests.Store;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly SqliteFile _file = new();

    private string Folder => Path.Combine(_file.Folder, "made", "on", "demand");

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_directory_is_made_and_held_and_free_again_afterwards()
    {
        using (var taken = DataDirectory.Take(Folder)) Assert.StartsWith(Folder, taken.DatabaseFile, StringComparison.Ordinal);
        using var again = DataDirectory.Take(Folder);
    }

    [Fact]
    public void A_directory_in_use_is_refused_in_one_line_that_names_it_and_its_process()
    {
        using var taken = DataDirectory.Take(Folder);

        var refusal = Assert.Throws<StoreException>(() => DataDirectory.Take(Folder));

        Assert.Equal(StoreFault.DirectoryInUse, refusal.Fault);
        Assert.Equal($"The data directory {Folder} is in use by process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.", refusal.Message);
    }

    [Fact]
    public void The_lock_is_seen_by_other_processes_and_ends_with_the_one_that_has_it()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "lock"), "");
        using var other = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("flock", ["--no-fork", "--exclusive", Path.Combine(Folder, "lock"), "sh", "-c", "echo held; exec cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        Assert.Equal("held", other.StandardOutput.ReadLine());

        var refusal = Assert.Throws<StoreException>(() => DataDirectory.Take(Folder));
        Assert.Equal($"The data directory {Folder} is in use by another process.", refusal.Message);

        other.Kill();
        other.WaitForExit();
        DataDirectory.Take(Folder).Dispose();
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused_by_name()
    {
        var file = Path.Combine(_file.Folder, "file");
        File.WriteAllText(file, "");

        var refusal = Assert.Throws<StoreException>(() => DataDirectory.Take(Path.Combine(file, "data")));

        Assert.Equal(StoreFault.DirectoryUnusable, refusal.Fault);
        Assert.Contains(Path.Combine(file, "data"), refusal.Message);
    }
}
