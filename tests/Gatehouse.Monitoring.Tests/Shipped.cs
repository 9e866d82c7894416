namespace Gatehouse.Monitoring.Tests;

/// <summary>What is committed in <c>deploy/monitoring</c>.</summary>
internal static class Shipped
{
    public static Slo Slo { get; } = Read();

    public static string File(string path) => System.IO.File.ReadAllText(Path.Combine(Repository.Root, path));

    private static Slo Read()
    {
        var errors = new List<string>();
        return SloFile.Read(File("deploy/monitoring/slo.json"), errors) ?? throw new InvalidOperationException(string.Join(" ", errors));
    }
}
