using Gatehouse.Testing;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The public surface is a reviewed text: a change of it shows in a diff of PublicApi.txt.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_public_surface_is_the_reviewed_one()
    {
        var surface = PublicSurface.Of(typeof(FiveWhys).Assembly);
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt"), surface); // copy it over once reviewed

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt")), surface);
    }
}
