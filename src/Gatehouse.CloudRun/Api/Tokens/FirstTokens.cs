namespace Gatehouse.CloudRun.Api;

/// <summary>The first of several sources that has a token. Which one that is stays the same, unless it fails.</summary>
public sealed class FirstTokens(params IReadOnlyList<IAccessTokens> sources) : IAccessTokens
{
    private IAccessTokens? _found;

    public async ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (_found is { } found && await found.GetAsync(fresh, cancellationToken) is { } known) return known;
        foreach (var source in sources)
            if (await source.GetAsync(fresh, cancellationToken) is { } token)
            {
                _found = source;
                return token;
            }
        throw new ApiException(
            ApiFault.Unauthenticated, null,
            $"no token: {string.Join(" and ", EnvironmentTokens.Names)} are not set, 'gcloud auth print-access-token' gives none, and there is no metadata server");
    }
}
