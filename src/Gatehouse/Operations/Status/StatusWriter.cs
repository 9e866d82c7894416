using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Status;

/// <summary>Keeps a copy of the status page on the disk, for when there is no server to ask: every ten seconds, at each change of what it shows first, and at the end.</summary>
internal sealed partial class StatusWriter(StatusTaker status, StatusChanges changes, GatehouseOptions options, TimeProvider clock, ILogger<StatusWriter> logger)
    : BackgroundService
{
    private const int LooksBetween = 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private bool _cannot;

    /// <summary>Where it is.</summary>
    public string File => Path.Combine(options.DataDirectory, "status.html");

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(Look / 4, clock);
        await WriteAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            MakeDirectory();
            for (var (looks, seen) = (0, 0); await timer.WaitForNextTickAsync(stoppingToken); looks++)
            {
                var now = changes.Version;
                if (looks % LooksBetween != 0 && now == seen) continue;
                (looks, seen) = (0, now);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogEnded();
        }
    }

    // Once: a data directory that is taken away while the process lives is not to be made anew behind its back.
    private void MakeDirectory()
    {
        try
        {
            Directory.CreateDirectory(options.DataDirectory);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            LogCannot(File, failed.Message);
            _cannot = true;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var page = StatusSnapshot.Write(await status.TakeAsync(cancellationToken));
            await System.IO.File.WriteAllBytesAsync($"{File}.new", page, cancellationToken);
            System.IO.File.Move($"{File}.new", File, overwrite: true);
            _cannot = false;
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            if (!_cannot) LogCannot(File, failed.Message);
            _cannot = true;
        }
    }

    [LoggerMessage(1851, LogLevel.Warning, "The status page cannot be kept in {File}: {Why}")]
    private partial void LogCannot(string file, string why);

    [LoggerMessage(1852, LogLevel.Debug, "The status page is not written any more")]
    private partial void LogEnded();
}
