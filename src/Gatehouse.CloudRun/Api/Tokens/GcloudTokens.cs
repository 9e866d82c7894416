using System.ComponentModel;
using System.Diagnostics;

namespace Gatehouse.CloudRun.Api;

/// <summary>The token of whoever has logged in with the <c>gcloud</c> command.</summary>
public sealed class GcloudTokens(TimeProvider clock, string command = "gcloud") : IAccessTokens
{
    private static readonly TimeSpan ToAnswer = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);       // it lasts an hour when it is new, and gcloud keeps it

    private (string Token, long At)? _kept;

    public async ValueTask<string?> GetAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && _kept is { } kept && clock.GetElapsedTime(kept.At) < Kept) return kept.Token;
        // Its standard error is read and thrown away: it may name the account, and says nothing that its user does not see by calling it.
        using var process = Start();
        if (process is null) return null;
        using var limit = new CancellationTokenSource(ToAnswer, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var complaint = process.StandardError.ReadToEndAsync(either.Token);
            var token = (await process.StandardOutput.ReadToEndAsync(either.Token)).Trim();
            await complaint;
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode is not 0 || token.Length is 0) return null;
            _kept = (token, clock.GetTimestamp());
            return token;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new ApiException(ApiFault.Unauthenticated, null, $"'{command} auth print-access-token' has not answered within {ToAnswer.TotalSeconds:0} s");
        }
    }

    private Process? Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo(command, ["auth", "print-access-token", "--quiet"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            });
        }
        catch (Win32Exception)
        {
            return null;        // it is not installed
        }
    }
}
