using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace Gatehouse.Readiness.Tests;

/// <summary>What a stranger gets: the package, packed from what was built for these tests.</summary>
public sealed class PackageTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_package_stands_alone_and_explains_itself()
    {
        var output = Directory.CreateTempSubdirectory("gatehouse-package-");
        try
        {
            await PackAsync(output.FullName);

            var package = Assert.Single(output.GetFiles("*.nupkg"));
            using var symbols = ZipFile.OpenRead(Assert.Single(output.GetFiles("*.snupkg")).FullName);
            Assert.NotNull(symbols.GetEntry("lib/net10.0/Gatehouse.Readiness.pdb"));
            using var content = ZipFile.OpenRead(package.FullName);
            foreach (var entry in new[] { "README.md", "lib/net10.0/Gatehouse.Readiness.dll", "lib/net10.0/Gatehouse.Readiness.xml" })
                Assert.True(content.GetEntry(entry) is { Length: > 0 }, $"{entry} is missing");
            VerifyManifest(XDocument.Load(content.GetEntry("Gatehouse.Readiness.nuspec")!.Open()));
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static void VerifyManifest(XDocument manifest)
    {
        string? Value(string name) => manifest.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal(("Gatehouse.Readiness", "README.md", "MIT"), (Value("id"), Value("readme"), Value("license")));
        Assert.False(string.IsNullOrWhiteSpace(Value("description")));
        Assert.Equal("git", manifest.Descendants().Single(element => element.Name.LocalName == "repository").Attribute("type")!.Value);
        Assert.DoesNotContain(manifest.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Equal("Microsoft.AspNetCore.App",
            manifest.Descendants().Single(element => element.Name.LocalName == "frameworkReference").Attribute("name")!.Value);
    }

    private static async Task PackAsync(string output)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = root.Parent!.Name; // …/bin/Debug/net10.0
        while (!File.Exists(Path.Combine(root!.FullName, "Gatehouse.slnx"))) root = root.Parent;
        string[] arguments = ["pack", Path.Combine(root.FullName, "src/Gatehouse.Readiness"), "--no-build", "-c", configuration, "-o", output, "-v", "q", "-nodeReuse:false"];
        using var pack = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = pack.StandardOutput.ReadToEndAsync();
        var complained = pack.StandardError.ReadToEndAsync();
        await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(pack.ExitCode == 0, $"{await said}{await complained}");
    }
}
