using Gatehouse.Admission;
using Gatehouse.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse;

/// <summary>Closes endpoints while the server cannot do its job.</summary>
public static class RequireReadyExtensions
{
    /// <summary>
    /// Requests to the endpoint, or to all of a group, are answered while the server is ready. Otherwise they get 503 with
    /// <c>Retry-After</c> and a problem document that names the node, or says that the instance is draining. A plain request is
    /// never held. Leave out what an operator or a page needs to see why the server is not ready.
    /// </summary>
    public static TBuilder RequireReady<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint =>
        {
            if (endpoint.RequestDelegate is not { } next) return;
            var readiness = endpoint.ApplicationServices.GetRequiredService<ReadinessGraph>();
            endpoint.RequestDelegate = context => FrontDoor.Of(readiness.Current) is { IsOpen: false } door
                ? RefusalResponse.WriteAsync(context, door.Refusal)
                : next(context);
        });
        return builder;
    }
}
