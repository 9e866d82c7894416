namespace Gatehouse.Client;

/// <summary>How a connection ended, or why there was none.</summary>
/// <param name="Reason">For people: what happened, without the address.</param>
/// <param name="CloseCode">The code of the server's close frame; null if there was none.</param>
/// <param name="HttpStatus">The status with which the server refused the upgrade; null if it did not.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> of that refusal.</param>
public sealed record LinkFailure(Uri Server, string Reason, int? CloseCode = null, int? HttpStatus = null, TimeSpan? RetryAfter = null)
{
    public override string ToString() => $"{Server}: {Reason}";
}
