namespace Gatehouse.Tests;

/// <summary>Files of the checkout, for tests that hold documents against code.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Find()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Gatehouse.slnx"))) directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
