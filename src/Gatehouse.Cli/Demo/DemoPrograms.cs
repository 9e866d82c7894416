using System.Diagnostics;

namespace Gatehouse.Cli.Demo;

/// <summary>Finds the programs that the demo starts. Ours are built from the sources when the tool runs in a checkout and they are nowhere else.</summary>
internal sealed class DemoPrograms(Terminal terminal)
{
    /// <param name="given">What the user has named; null: it is looked for.</param>
    /// <param name="name">Of the program.</param>
    /// <param name="project">Its folder in a checkout.</param>
    /// <param name="option">By which it can be named.</param>
    /// <exception cref="DemoException">It is nowhere.</exception>
    public async Task<string> OursAsync(string? given, string name, string project, string option, CancellationToken cancellationToken)
    {
        if (given is not null) return File.Exists(given) ? Path.GetFullPath(given) : throw new DemoException($"{option} {given}: there is no such file");
        if ((Beside(name) ?? InPath(name)) is { } found) return found;
        if (Checkout() is not { } root)
            throw new DemoException($"{name} is neither beside this tool nor in PATH: name it with {option}, or run the tool in a checkout of Gatehouse");
        var program = Path.Combine(root, project, "bin", "Release", "net10.0", name);
        terminal.Note($"building {project} …");
        await RunAsync("dotnet", ["build", Path.Combine(root, project), "-c", "Release", "-v", "quiet", "-clp:NoSummary"], cancellationToken);
        return File.Exists(program) ? program : throw new DemoException($"dotnet build of {project} has not made {program}");
    }

    /// <exception cref="DemoException">It is not installed.</exception>
    public static string Installed(string name, string package)
    {
        if (InPath(name) is { } found) return found;
        // Debian keeps PostgreSQL's servers out of PATH, one folder a version.
        var versions = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return versions.OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", name)).FirstOrDefault(File.Exists)
            ?? throw new DemoException($"{name} is not installed: it comes with {package} (Debian: apt install {package})");
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="DemoException">It ended with an error.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode is 0 ? output : throw new DemoException($"{Path.GetFileName(program)} ended with {process.ExitCode}: {(output + await errors).Trim()}");
    }

    public static Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start) ?? throw new DemoException($"{program} does not start");
    }

    private static string? Beside(string name) => Existing(Path.Combine(AppContext.BaseDirectory, name));

    private static string? InPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Existing(Path.Combine(folder, name))).FirstOrDefault(found => found is not null);

    private static string? Existing(string path) => File.Exists(path) ? path : null;

    private static string? Checkout()
    {
        foreach (var from in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
            for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx"))) return folder.FullName;
        return null;
    }
}
