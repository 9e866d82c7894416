using System.CommandLine;

namespace Gatehouse.Cli.Deploy;

/// <summary>The options of <c>gatehouse deploy</c>, as they are written. <see cref="DeployArguments"/> reads them.</summary>
internal sealed class DeployOptions
{
    public Option<string> File { get; } = new("--file", "-f") { Description = "The service's manifest.", Required = true, HelpName = "service.yaml" };

    public Option<string?> Image { get; } = new("--image") { Description = "The image to deploy. Default: the manifest's." };

    public Option<string> Target { get; } = new("--target") { Description = "local, cloudrun or knative.", DefaultValueFactory = _ => "cloudrun" };

    public Option<string?> Project { get; } = new("--project") { Description = "cloudrun: the project. Default: the manifest's namespace." };

    public Option<string?> Region { get; } = new("--region") { Description = "cloudrun: the region. Default: the manifest's label cloud.googleapis.com/location." };

    public Option<string?> Api { get; } = new("--api") { Description = "Where the API is. Default: local http://localhost:8080, knative http://localhost:8001 (kubectl proxy)." };

    public Option<string?> Namespace { get; } = new("--namespace") { Description = "local and knative: the namespace. Default: the manifest's, else local or default." };

    public Option<string?> MigrateJob { get; } = new("--migrate-job") { Description = "The manifest of a job that migrates.", HelpName = "job.yaml" };

    public Option<string?> MigrateCommand { get; } = new("--migrate-command") { Description = "A command on this machine that migrates." };

    public Option<string?> UndoJob { get; } = new("--undo-job") { Description = "The manifest of a job that takes a migration back which the old revision cannot live with.", HelpName = "job.yaml" };

    public Option<string?> UndoCommand { get; } = new("--undo-command") { Description = "A command on this machine that does it." };

    public Option<string?> DrainJob { get; } = new("--drain-job") { Description = "The manifest of a job that asks a revision's sockets to move; {revision} in its arguments is replaced.", HelpName = "job.yaml" };

    public Option<string?> DrainCommand { get; } = new("--drain-command") { Description = "A command on this machine that does it, as gatehouse-server drain --revision {revision}." };

    public Option<string> ErrandTimeout { get; } = new("--job-timeout") { Description = "How long a job or command may take.", DefaultValueFactory = _ => "10m" };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Print the plan and change nothing." };

    public Option<bool> Abort { get; } = new("--abort") { Description = "Roll an unfinished rollout back." };

    public Option<string?> Markdown { get; } = new("--markdown") { Description = "Write the report as Markdown to this file.", HelpName = "file" };

    public Option<string?> Json { get; } = new("--json") { Description = "Write the report as JSON to this file, or to standard output (-).", HelpName = "file" };

    public Option<string> Shares { get; } = new("--shares") { Description = "The candidate's shares of new connections, in percent.", DefaultValueFactory = _ => "5,25,100" };

    public Option<string> Tag { get; } = new("--tag") { Description = "The candidate's tag.", DefaultValueFactory = _ => "next" };

    public Option<string> StableTag { get; } = new("--stable-tag") { Description = "The old revision's tag, for comparison.", DefaultValueFactory = _ => "stable" };

    public Option<string> MoveWithin { get; } = new("--move-within") { Description = "How long sockets may take to move.", DefaultValueFactory = _ => "2m" };

    public Option<string> Wait { get; } = new("--wait") { Description = "How long to wait for another rollout to end.", DefaultValueFactory = _ => "0s" };

    public Option<bool> AllowSick { get; } = new("--allow-sick") { Description = "Deploy although the present revision is not well." };

    public Option<bool> KeepSockets { get; } = new("--keep-stragglers") { Description = "After a rollback leave sockets that do not move, in place of deleting the candidate." };

    public IEnumerable<Option> All =>
    [
        File, Image, Target, Project, Region, Api, Namespace, MigrateJob, MigrateCommand, UndoJob, UndoCommand, DrainJob, DrainCommand, ErrandTimeout, DryRun, Abort, Markdown, Json,
        Shares, Tag, StableTag, MoveWithin, Wait, AllowSick, KeepSockets,
    ];
}
