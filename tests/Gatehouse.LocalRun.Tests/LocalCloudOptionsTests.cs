namespace Gatehouse.LocalRun.Tests;

public sealed class LocalCloudOptionsTests
{
    [Fact]
    public void Nothing_is_scaled_and_no_image_known_by_default()
    {
        var options = new LocalCloudOptions();
        Assert.Equal((8080, 1.0, "local", 0), (options.Port, options.TimeScale, options.Project, options.Images.Count));
    }
}
