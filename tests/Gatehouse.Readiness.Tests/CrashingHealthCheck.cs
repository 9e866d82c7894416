using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>Where a check fails.</summary>
internal enum CrashKind { None, Constructor, Synchronous, Asynchronous, Hang, Callback, Dispose, NoResult }

/// <summary>A health check that fails in one way.</summary>
internal sealed class CrashingHealthCheck : IHealthCheck, IDisposable
{
    /// <summary>The message of every exception, by which a test knows its own.</summary>
    public const string Mark = "crash storm";

    private readonly CrashKind _kind;

    public CrashingHealthCheck(CrashKind kind)
    {
        _kind = kind;
        if (kind == CrashKind.Constructor) throw new NotSupportedException(Mark);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => _kind switch
    {
        CrashKind.Synchronous => throw new InvalidCastException(Mark),
        CrashKind.Asynchronous => LaterAsync(),
        CrashKind.Hang => Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => HealthCheckResult.Healthy()),
        CrashKind.Callback => CallbackAsync(cancellationToken),
        CrashKind.NoResult => null!,
        _ => Task.FromResult(HealthCheckResult.Healthy()),
    };

    public void Dispose()
    {
        if (_kind == CrashKind.Dispose) throw new ObjectDisposedException(Mark);
    }

    private static async Task<HealthCheckResult> LaterAsync()
    {
        await Task.Yield();
        throw new FormatException(Mark);
    }

    /// <summary>Throws in the callback of its own cancellation, on whatever thread cancels it.</summary>
    private static async Task<HealthCheckResult> CallbackAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() =>
        {
            cancelled.SetResult();
            throw new ArithmeticException(Mark);
        });
        await cancelled.Task;
        return HealthCheckResult.Healthy();
    }
}
