namespace Gatehouse.Testing;

/// <summary>Where things are, seen from the built tests.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The program of a project, built in the same configuration as the tests.</summary>
    public static string Built(string project, string program)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);       // …/bin/Debug/net10.0/
        return Path.Combine(Root, project, "bin", output.Parent!.Name, output.Name, program);
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Gatehouse.slnx"))) return directory.FullName;
        throw new DirectoryNotFoundException($"There is no Gatehouse.slnx above {AppContext.BaseDirectory}.");
    }
}
