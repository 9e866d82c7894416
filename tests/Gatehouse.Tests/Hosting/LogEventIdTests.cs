using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Hosting;

public sealed class LogEventIdTests
{
    [Fact]
    public void Every_log_event_has_an_id_of_its_own()
    {
        var ids = new[] { typeof(GatehouseOptions).Assembly, typeof(Readiness.ReadinessGraph).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(method => (method, Attribute: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(found => found.Attribute is not null)
            .GroupBy(found => found.Attribute!.EventId)
            .ToList();

        Assert.True(ids.Count > 10);
        Assert.All(ids, same => Assert.Single(same));
    }
}
