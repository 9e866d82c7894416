using Gatehouse.LocalRun.Services;
using static System.FormattableString;

namespace Gatehouse.Cli.Local;

/// <summary>The live view's lines: each service with its URL, its revisions with traffic, and their instances.</summary>
internal static class BoardText
{
    public static IReadOnlyList<string> Write(IReadOnlyList<ServiceView> services, Board board, int width)
    {
        List<string> lines = [new('-', width)];
        foreach (var service in services)
        {
            lines.Add($"{service.Name}  {service.Url}");
            // Old ones without traffic, tag and instances are history.
            foreach (var revision in service.Revisions.Where(each => each.Instances.Count > 0 || service.Traffic.Any(share => share.Revision == each.Name) || each.State is "Deploying"))
                Add(lines, service, revision, board);
        }
        return [.. lines.Select(line => line.Length <= width ? line : line[..width])];
    }

    private static void Add(List<string> lines, ServiceView service, RevisionView revision, Board board)
    {
        var shares = service.Traffic.Where(each => each.Revision == revision.Name).ToList();
        var percent = shares.Sum(each => each.Percent);
        var tags = string.Concat(shares.Where(each => each.Tag is not null).Select(each => $" {each.Tag}"));
        var waiting = revision.Waiting is 0 ? "" : Invariant($"  {revision.Waiting} waiting");
        var answers = board.Answers(revision.Name) is { Length: > 0 } counts ? $"  {counts}" : "";
        lines.Add(Invariant($"  {percent,3} %{tags}  {revision.Name}  {revision.State.ToLowerInvariant()}{waiting}{answers}"));
        foreach (var instance in revision.Instances)
        {
            var sockets = board.Sockets(instance.Name) is > 0 and var open ? Invariant($", {open} sockets") : "";
            var probes = board.Probes(instance.Name) is { Length: > 0 } all ? $"  {all}" : "";
            lines.Add(Invariant($"         {instance.Name}  {instance.State.ToLowerInvariant(),-8}  {instance.Requests} requests{sockets}{probes}"));
        }
    }
}
