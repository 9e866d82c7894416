using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Gatehouse.Readiness;

/// <summary>
/// Reads what <c>AddHealthChecks()</c> has registered so far. The platform keeps it as steps that fill an options object; they
/// are played here onto one of our own, so that names are known, and mistakes seen, while the graph is declared.
/// </summary>
internal static class RegisteredHealthChecks
{
    public static IReadOnlyList<HealthCheckRegistration> In(IServiceCollection services)
    {
        var options = new HealthCheckServiceOptions();
        foreach (var service in services)
            if (service is { IsKeyedService: false, ImplementationInstance: IConfigureOptions<HealthCheckServiceOptions> step })
                step.Configure(options);
        return [.. options.Registrations];
    }
}
