namespace Gatehouse.CloudRun.Api;

/// <summary>Where the API's bearer tokens come from. A token is never logged, shown, or part of an error.</summary>
public interface IAccessTokens
{
    /// <param name="fresh">The one that was given last is not good any more.</param>
    /// <returns>Null where none is needed, or where this source has none.</returns>
    /// <exception cref="ApiException">There should be one, and it cannot be had.</exception>
    ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken);
}

/// <summary>For an API that asks for none.</summary>
public sealed class NoTokens : IAccessTokens
{
    public ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken) => new((string?)null);
}
