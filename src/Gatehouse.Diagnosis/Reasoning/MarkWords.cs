namespace Gatehouse.Diagnosis;

/// <summary>How marks are worded.</summary>
internal static class MarkWords
{
    public static string Of(Mark mark)
    {
        var what = mark.Kind switch
        {
            MarkKind.DeploymentStarted => "a deployment began",
            MarkKind.DeploymentFinished => "the deployment ended well",
            MarkKind.DeploymentFailed => "the deployment was given up",
            MarkKind.MigrationBegan => "a migration began",
            MarkKind.MigrationLanded => "the migration ended well",
            MarkKind.MigrationFailed => "the migration failed",
            MarkKind.InstanceStarted => "an instance started",
            MarkKind.InstanceEnded => "an instance ended",
            MarkKind.DrainBegan => "a drain began",
            MarkKind.DrainEnded => "the drain ended",
            MarkKind.ConfigurationChanged => "configuration was changed",
            _ => "",
        };
        return (what, mark.Text) switch
        {
            ("", null) => "something was done",
            ("", { } text) => text,
            (_, null) => what,
            _ => $"{what}: {mark.Text}",
        };
    }
}
