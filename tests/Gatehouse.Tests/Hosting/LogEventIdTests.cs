using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Hosting;

public sealed partial class LogEventIdTests
{
    /// <summary>In the sources and not in built assemblies, so that no project can be forgotten.</summary>
    [Fact]
    public void Every_log_event_of_every_project_has_an_id_of_its_own()
    {
        var events = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => LoggerMessage().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetRelativePath(Repository.Root, file), Id: match.Groups[1].Value)))
            .ToList();

        Assert.True(events.Count > 30);
        Assert.All(events, one => Assert.Matches("^[1-9][0-9]{3}$", one.Id));       // a number, written at the event
        Assert.All(events.GroupBy(one => one.Id), same => Assert.Single(same));
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?([^,)\s]*)")]
    private static partial Regex LoggerMessage();
}
