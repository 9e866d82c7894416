using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Cli.Probe;
using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.CloudRun.Resources;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Cli.Deploy;

/// <summary>Makes a rollout out of what was written on the command line and in the manifests, or says what is wrong with it.</summary>
internal sealed class DeployArguments(DeployOptions options, MeasureOptions measures, ParseResult parsed)
{
    private const string LocationLabel = "cloud.googleapis.com/location";

    public bool IsDryRun => parsed.GetValue(options.DryRun);

    public bool IsAbort => parsed.GetValue(options.Abort);

    public string? MarkdownFile => parsed.GetValue(options.Markdown);

    public string? JsonFile => parsed.GetValue(options.Json);

    /// <exception cref="UsageException">An argument or a manifest is wrong.</exception>
    public RolloutRequest Request()
    {
        // What a script left empty by mistake ("$UNSET") must not count as not given: a migration would be left out without a word.
        if (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(IsEmpty) is { } empty)
            throw new UsageException($"{empty.Option.Name}: it is empty; give it a value or leave it out");
        if (IsDryRun && IsAbort) throw new UsageException("--dry-run and --abort exclude each other");
        var request = new RolloutRequest(Read(options.File.Name, parsed.GetValue(options.File)!, "Service", ResourceJson.Default.Service));
        if (request.Service.Spec.Template.Spec.Containers.Count is 0) throw new UsageException($"{parsed.GetValue(options.File)}: the service has no container");
        return parsed.GetValue(options.Image) is { } image ? request.WithImage(image) : request;
    }

    /// <summary>Whether the reports can be kept: to be known before there is something to report.</summary>
    /// <exception cref="UsageException">A file cannot be written.</exception>
    public void CheckReports()
    {
        ReportFile.Check(options.Json.Name, JsonFile);
        ReportFile.Check(options.Markdown.Name, MarkdownFile);
    }

    /// <exception cref="UsageException">An argument is wrong.</exception>
    public ApiTarget Target(Resource service)
    {
        var @namespace = parsed.GetValue(options.Namespace) ?? service.Metadata.Namespace;
        switch (parsed.GetValue(options.Target))
        {
            case "local":
                return ApiTarget.Local(Address("http://localhost:8080"), @namespace ?? "local");
            case "knative":
                return ApiTarget.Knative(Address("http://localhost:8001"), @namespace ?? "default");
            case "cloudrun":
                var project = parsed.GetValue(options.Project) ?? @namespace ?? throw new UsageException("--project is missing, and the manifest has no namespace");
                var region = parsed.GetValue(options.Region) ?? service.Metadata.Labels?.GetValueOrDefault(LocationLabel)
                    ?? throw new UsageException($"--region is missing, and the manifest has no label {LocationLabel}");
                var usual = ApiTarget.CloudRun(region, project);
                return parsed.GetValue(options.Api) is null ? usual : usual with { Base = Address("") };
            case var other:
                throw new UsageException($"--target {other}: expected local, cloudrun or knative");
        }
    }

    /// <summary>Cloud Run always wants a token, a Knative API server often one that the environment has; the local one none.</summary>
    public IAccessTokens Tokens(TimeProvider clock) => parsed.GetValue(options.Target) switch
    {
        "cloudrun" => new FirstTokens(new EnvironmentTokens(Environment.GetEnvironmentVariable), new GcloudTokens(clock), new MetadataTokens(clock)),
        "knative" => new EnvironmentTokens(Environment.GetEnvironmentVariable),
        _ => new NoTokens(),
    };

    /// <exception cref="UsageException">An argument is wrong.</exception>
    public RolloutTools Tools(Resource service, CloudRunApi api, TimeProvider clock, IRolloutJournal journal) => new()
    {
        Api = api,
        Clock = clock,
        Owner = OwnerProcess.Me(),
        Journal = journal,
        Settings = Named(service, Settings()),
        Verify = measures.Verify(parsed),
        Thresholds = measures.Thresholds(parsed),
        Migration = Errand(api, clock, options.MigrateJob, options.MigrateCommand) as IMigration,
        Undo = Undo(api, clock),
        Mover = Errand(api, clock, options.DrainJob, options.DrainCommand) as ISocketMover,
        Lint = _ => Errors(parsed.GetValue(options.File)!),
    };

    // Warnings are for whoever runs the linter: a rollout is stopped only by what the platform would refuse or nobody can have meant.
    private IReadOnlyList<string> Errors(string file) =>
    [
        .. Linter.Lint(Text(options.File.Name, file), file, new() { Target = parsed.GetValue(options.Target) is "knative" ? LintTarget.Knative : LintTarget.CloudRun })
            .Where(static finding => finding.Severity is Severity.Error)
            .Select(static finding => string.Create(CultureInfo.InvariantCulture, $"{finding.File}({finding.Line},{finding.Column}): {finding.Rule.Id}: {finding.Reason}. fix: {finding.Fix}")),
    ];

    private RolloutSettings Settings()
    {
        var shares = parsed.GetValue(options.Shares)!;
        try
        {
            return new()
            {
                Shares = [.. shares.Split(',').Select(share => int.Parse(share, NumberStyles.None, CultureInfo.InvariantCulture))],
                Tag = parsed.GetValue(options.Tag)!,
                StableTag = parsed.GetValue(options.StableTag)!,
                MoveWithin = MeasureOptions.Time(parsed, options.MoveWithin) is var within && within > TimeSpan.Zero ? within : throw new UsageException("--move-within: expected a time above 0"),
                WaitForOther = MeasureOptions.Time(parsed, options.Wait),
                AllowsSickStable = parsed.GetValue(options.AllowSick),
                CutsStragglers = !parsed.GetValue(options.KeepSockets),
            };
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new UsageException($"--shares {shares}: expected percents that grow to 100, as 5,25,100");
        }
    }

    // "--image= --dry-run" takes the next option for its value.
    private bool IsEmpty(OptionResult given) => given.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value) || parsed.CommandResult.Command.Options.Any(option => option.Name == token.Value));

    private static RolloutSettings Named(Resource service, RolloutSettings settings) =>
        RolloutNames.Mistake(service.Name, settings) is { } mistake ? throw new UsageException(mistake) : settings;

    private IMigration? Undo(CloudRunApi api, TimeProvider clock)
    {
        var undo = Errand(api, clock, options.UndoJob, options.UndoCommand) as IMigration;
        var migrates = parsed.GetValue(options.MigrateJob) ?? parsed.GetValue(options.MigrateCommand);
        return undo is null || migrates is not null
            ? undo
            : throw new UsageException($"{options.UndoJob.Name}, {options.UndoCommand.Name}: there is nothing to take back without {options.MigrateJob.Name} or {options.MigrateCommand.Name}");
    }

    private object? Errand(CloudRunApi api, TimeProvider clock, Option<string?> job, Option<string?> command)
    {
        var limit = MeasureOptions.Time(parsed, options.ErrandTimeout);
        switch (parsed.GetValue(job), parsed.GetValue(command))
        {
            case (null, null):
                return null;
            case ({ } file, null):
                if (!api.Target.HasJobs) throw new UsageException($"{job.Name}: Knative has no jobs; give {command.Name}");
                return new JobErrand(api, Read(job.Name, file, "Job", ResourceJson.Default.Job), limit, new RolloutSettings().Pace, clock);
            case (null, { } line):
                return new CommandErrand(line, limit, clock);
            default:
                throw new UsageException($"{job.Name} and {command.Name} exclude each other");
        }
    }

    private Uri Address(string usual)
    {
        var text = parsed.GetValue(options.Api) ?? usual;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new UsageException($"--api {text}: expected an address, as http://localhost:8080");
    }

    private static T Read<T>(string option, string file, string kind, JsonTypeInfo<T> type) where T : Resource
    {
        try
        {
            var documents = Manifest.Parse(Text(option, file), file).Documents.Where(document => document.Kind == kind).ToList();
            if (documents is not [var document]) throw new UsageException($"{option} {file}: expected one {kind}, found {documents.Count}");
            return document.ToJson().Deserialize(type) ?? throw new UsageException($"{option} {file}: it is empty");
        }
        catch (Exception exception) when (exception is ManifestException or JsonException)
        {
            throw new UsageException($"{option}: {exception.Message}");
        }
    }

    private static string Text(string option, string file)
    {
        try
        {
            return System.IO.File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {file}: {exception.Message}");
        }
    }
}
