using System.CommandLine;
using System.Runtime.InteropServices;
using Gatehouse.Cli.Probe;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Time;

namespace Gatehouse.Cli.Local;

/// <summary><c>gatehouse local service.yaml</c>: a Cloud Run of one's own.</summary>
internal static class LocalCommand
{
    private const string Description = """
        Run services and jobs as Cloud Run would, on this machine: revisions as processes, probes, request hold, scaling, time-outs, traffic split,
        tags, and the same API.

        A process stands for a container: --run says which command stands for an image. Each instance is told its port by PORT. The services are at
        http://SERVICE.localhost:PORT, the API is at http://localhost:PORT/apis/serving.knative.dev/v1/namespaces/PROJECT/services.

        Ctrl-C ends all instances (SIGTERM, 10 s, SIGKILL); once more ends them at once.

        Exit codes: 0 ended by Ctrl-C, 1 a service is not ready or a job has failed (with --check), 64 the command line or a manifest is wrong.
        """;

    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("files") { Description = "Manifests of services and jobs.", Arity = ArgumentArity.OneOrMore };
        var run = new Option<string[]>("--run", "-r") { Description = "IMAGE=COMMAND, the command that stands for an image. May be repeated.", HelpName = "image=command" };
        var port = new Option<int>("--port", "-p") { Description = "Where to listen; 0: any free port.", DefaultValueFactory = _ => 8080 };
        var project = new Option<string>("--project") { Description = "The project's name in the API.", DefaultValueFactory = _ => "local" };
        var scale = new Option<double>("--time-scale") { Description = "Divide all of the platform's periods by this.", DefaultValueFactory = _ => 1 };
        var passZ = new Option<bool>("--pass-z") { Description = "Let paths that end in z through, which the platform keeps for itself." };
        var execute = new Option<bool>("--execute") { Description = "Run the jobs once, before the services." };
        var check = new Option<bool>("--check") { Description = "End as soon as it is known whether all of them are ready: 0 if they are, else 1." };
        var plain = new Option<bool>("--plain") { Description = "Only lines, even at a terminal." };
        var command = new Command("local", Description) { files, run, port, project, scale, passZ, execute, check, plain };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new LocalCloudOptions
            {
                Port = parsed.GetValue(port),
                Project = parsed.GetValue(project)!,
                TimeScale = parsed.GetValue(scale),
                ReservesPathsEndingInZ = !parsed.GetValue(passZ),
            };
            var wish = new Wish(parsed.GetValue(execute), parsed.GetValue(check), terminal.IsInteractive && !parsed.GetValue(plain));
            return ExecuteAsync(terminal, options, () => LocalSettings.Read(parsed.GetValue(files)!, parsed.GetValue(run) ?? []), wish, cancellationToken);
        });
        return command;
    }

    private sealed record Wish(bool Executes, bool OnlyChecks, bool IsLive);

    private static async Task<int> ExecuteAsync(
        Terminal terminal, LocalCloudOptions options, Func<LocalSettings> read, Wish wish, CancellationToken cancellationToken)
    {
        try
        {
            if (options.Port is < 0 or > 65535) throw new UsageException($"--port {options.Port}: expected 0 to 65535");
            if (!ScaledTime.Allows(options.TimeScale))
                throw new UsageException(FormattableString.Invariant($"--time-scale {options.TimeScale}: expected a number above 0 and at most {ScaledTime.Most}"));
            var settings = read();
            foreach (var (image, command) in settings.Images) options.Images[image] = command;
            return await RunAsync(terminal, options, settings, wish, cancellationToken);
        }
        catch (UsageException wrong)
        {
            terminal.Fail(wrong.Message);
            return ExitCode.Usage;
        }
        catch (ApiException refused)
        {
            terminal.Fail(refused.Field is { } field && !refused.Message.StartsWith(field, StringComparison.Ordinal) ? $"{field}: {refused.Message}" : refused.Message);
            return ExitCode.Usage;
        }
        catch (IOException exception)
        {
            terminal.Fail($"{exception.Message} Give another with --port, or --port 0 for any that is free.");
            return ExitCode.Usage;
        }
    }

    private static async Task<int> RunAsync(
        Terminal terminal, LocalCloudOptions options, LocalSettings settings, Wish wish, CancellationToken cancellationToken)
    {
        var view = new LiveView(terminal, wish.IsLive);
        options.Sink = view.Add;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, stop));
        await using var cloud = await LocalCloud.StartAsync(options, stop.Token);
        view.Say($"API      {cloud.Address}apis/serving.knative.dev/v1/namespaces/{cloud.Project}/services");
        foreach (var service in settings.Services) view.Say($"service  http://{service.Name}.localhost:{cloud.Address.Port}");
        using var drawing = new CancellationTokenSource();
        var drawn = view.RunAsync(cloud, options.Clock, drawing.Token);
        try
        {
            var isGood = await BringUpAsync(cloud, settings, wish.Executes, stop.Token);
            if (wish.OnlyChecks) return isGood ? ExitCode.Done : ExitCode.Broken;
            await Task.Delay(Timeout.InfiniteTimeSpan, options.Clock, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.Say("ending; Ctrl-C once more ends it at once");
        }
        finally
        {
            await drawing.CancelAsync();
            await drawn;
        }
        return ExitCode.Done;
    }

    // The second signal is the system's: it ends this process, and with it all that it has started.
    private static void End(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }

    private static async Task<bool> BringUpAsync(LocalCloud cloud, LocalSettings settings, bool executes, CancellationToken cancellationToken)
    {
        var isGood = true;
        foreach (var job in settings.Jobs)
        {
            cloud.Apply(job);
            if (executes) isGood &= Is((await cloud.RunJobAsync(job.Name, cancellationToken)).Status?.Conditions, "Completed");
        }
        // All at once: one that never starts holds no other up.
        foreach (var service in settings.Services) cloud.Apply(service);
        var settled = await Task.WhenAll(settings.Services.Select(service => cloud.SettledAsync(service.Name, cancellationToken)));
        return isGood && settled.All(service => Is(service.Status?.Conditions, "Ready"));
    }

    private static bool Is(IReadOnlyList<Condition>? conditions, string type) => conditions?.Any(each => each.Type == type && each.Status is "True") is true;
}
