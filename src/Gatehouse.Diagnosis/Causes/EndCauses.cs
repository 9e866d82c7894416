namespace Gatehouse.Diagnosis;

/// <summary>What ends the process, again and again.</summary>
internal static class EndCauses
{
    private static readonly Remedy RollBack =
        Do.Now("Roll back to the last good revision.", "gcloud run services update-traffic <service> --to-revisions=<revision>=100", Owner.OnCall, Risk.Medium);

    private static readonly Remedy Verify = Do.Prevent("Verify the candidate revision before traffic.", "gatehouse deploy -f service.yaml --image <image>", Owner.Platform);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("process.out_of_memory", "The process was killed for want of memory")
        {
            Needs = "`oom_killed`; or exit code 137 with memory near its limit",
            Shows = static scene => scene.Line("oom_killed") ?? (scene.Exited(137) is { } killed && scene.IsMemoryFull ? killed : null),
            Why = "The process needed more memory than it is given, and the platform killed it.",
            Lacks = "Nothing in the process is bounded by the memory that it is given, or the limit does not fit the load.",
            Remedies = [Do.Now("Raise the limit.", "gcloud run services update <service> --memory=<more>", Owner.OnCall, Risk.Medium), Do.Next("Find what holds the memory.", "dotnet-gcdump collect -p <pid>"), Do.Prevent("Bound what is kept per connection, and alert at 80 %.", null)],
        },
        new("process.configuration", "The process refuses its configuration")
        {
            Needs = "exit code 78",
            Shows = static scene => scene.Exited(78),
            Why = "The process ends before it listens, because its configuration or its graph is wrong; its last line says what.",
            Lacks = "Configuration is judged for the first time when the revision starts.",
            Remedies = [RollBack, Do.Next("Read the process' last line and correct what it names.", "gcloud run services logs read <service>"), Do.Prevent("Start the program with the new configuration in the pipeline.", null, Owner.Platform)],
        },
        new("process.aborted", "The process aborts by an exception that nobody catches")
        {
            Needs = "exit code 134 or 139",
            Shows = static scene => scene.Exited(134) ?? scene.Exited(139),
            Why = "An exception left a callback or a thread of the process' own, and ended the whole process.",
            Lacks = "Code runs where an exception has no owner: a raw timer, an event, a thread.",
            Remedies = [RollBack, Do.Next("Read the stack in its last lines.", "gcloud run services logs read <service>"), Do.Prevent("Run such code as a supervised node.", null)],
        },
        new("platform.crash_loop", "The process ends again and again")
        {
            Needs = "`crash_loop`; or three restarts or more and an exit code that is not 0 or 143",
            Shows = static scene => scene.Line("crash_loop") ?? (scene.Restarts >= 3 ? scene.ExitedBadly : null),
            Why = "The process ends by itself soon after its start, and the platform starts it again.",
            Lacks = "A revision takes traffic before it was seen to stay up.",
            Remedies = [RollBack, Do.Next("Read its last lines before it ends.", "gcloud run services logs read <service>"), Verify],
        },
        new("platform.no_instance", "No instance serves")
        {
            Needs = "`no_instance`; or the platform counts none",
            Shows = static scene => scene.Line("no_instance") ?? (scene.Given.Platform?.Instances == 0 ? Finding.Of(EvidenceSource.Platform, "the platform counts no instance") : null),
            Why = "The platform has no instance to send a request to, and adds none.",
            Lacks = "The service may scale to zero, or the most instances are too few for its load.",
            Remedies = [Do.Now("Raise the least and the most instances.", "gcloud run services update <service> --min-instances=1 --max-instances=<more>", Owner.OnCall, Risk.Low), Do.Next("Look why none was added: quota, image, region.", "gcloud run revisions describe <revision>", Owner.Platform, Risk.None), Do.Prevent("Keep one instance at least.", null, Owner.Platform)],
        },
        new("platform.stale_endpoint", "The router still sends to an instance that is gone")
        {
            Needs = "`stale_endpoint`",
            Shows = static scene => scene.Line("stale_endpoint"),
            Why = "The router keeps an address whose instance has ended.",
            Lacks = "The instance ends before the router has heard that it withdraws.",
            Remedies = [Do.Now("Wait until the router notices, or restart it.", null, Owner.Platform, Risk.Medium), Do.Next("Compare its list of addresses with the instances.", "kubectl get endpointslices -l kubernetes.io/service-name=<service>", Owner.Platform, Risk.None), Do.Prevent("Drain before the end, longer than the router takes to notice.", null, Owner.Platform)],
        },
    ];
}
