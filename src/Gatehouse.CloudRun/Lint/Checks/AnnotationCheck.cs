using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Lint.Shapes;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Annotations: those that nobody ever heard of, those on the wrong level, and their values.</summary>
internal static class AnnotationCheck
{
    private const string Prefix = "run.googleapis.com/";
    private const string Autoscaling = "autoscaling.knative.dev/";

    public static void Run(Subject subject, Findings findings)
    {
        var outer = subject.Resource["metadata"];
        Look(subject, outer, subject.IsService ? Level.Service : Level.Job, findings);
        Look(subject, subject.Template["metadata"], subject.IsService ? Level.Revision : Level.Execution, findings);
        if (!subject.IsService) Look(subject, subject.Template["spec"]["template"]["metadata"], Level.Execution, findings);
        LaunchStage(subject, findings);
    }

    private static void Look(Subject subject, Spot metadata, Level level, Findings findings)
    {
        TextCheck.Map(metadata["labels"], findings);
        TextCheck.Map(metadata["annotations"], findings);
        foreach (var annotation in metadata["annotations"].Fields)
        {
            if (!Annotations.IsRestricted(annotation.Key)) continue;
            if (!subject.IsCloudRun && annotation.Key.StartsWith(Autoscaling, StringComparison.Ordinal))
            {
                if (level is Level.Service && Annotations.Known.ContainsKey(annotation.Key)) WrongLevel(subject, annotation, Level.Revision, findings);
                continue;
            }
            if (!Annotations.Known.TryGetValue(annotation.Key, out var known)) Invented(subject, annotation, level, findings);
            else if (known.IsOutput) findings.AddKey(AnnotationRules.OutputOnly, annotation, $"'{annotation.Key}' is written by the platform", "leave it out");
            else if ((known.Levels & level) is Level.None) WrongLevel(subject, annotation, known.Levels, findings);
            else Value(annotation, known, findings);
        }
    }

    private static void Invented(Subject subject, Spot annotation, Level level, Findings findings)
    {
        if (findings.IsFull) return;
        var shown = Shown.Of(annotation.Key);
        var here = Annotations.Known.Where(each => !each.Value.IsOutput && (each.Value.Levels & level) is not Level.None).Select(static each => each.Key).ToArray();
        var flat = Annotations.Flat(annotation.Key);
        if (Guess.Same(annotation.Key, here) is { } same)
            findings.AddKey(AnnotationRules.Invented, annotation, $"there is no annotation '{shown}': names are read to the letter", $"write '{same}'",
                annotation.Parent![same].HasKey ? null : Change.Of(Edit.ReplaceKey(annotation, same)));
        else if (Annotations.Meant.TryGetValue(flat, out var meant))
            findings.AddKey(AnnotationRules.Invented, annotation, $"there is no annotation '{shown}', and so nobody reads it", $"what is meant is {meant}", flat is "timeout" or "timeoutseconds" or "requesttimeout" ? Timeout(subject, annotation) : null);
        else if (Guess.Of(annotation.Key, Annotations.Known.Keys.Order(StringComparer.Ordinal)) is { } near)
            findings.AddKey(AnnotationRules.Invented, annotation, $"there is no annotation '{shown}'", $"did you mean '{near}' in {Annotations.Tell(Home(Annotations.Known[near].Levels, subject))}?");
        else
            findings.AddKey(AnnotationRules.Invented, annotation, $"there is no annotation '{shown}', and the prefix is the platform's own", "leave it out, or use a prefix of your own");
    }

    /// <summary>What was meant is plain, and so it is written where it counts, with its comment.</summary>
    private static Change? Timeout(Subject subject, Spot annotation)
    {
        if (!subject.IsService || annotation.Whole is not (>= 1 and <= 3_600) || subject.Spec.Map is null) return null;
        var entry = FormattableString.Invariant($"timeoutSeconds: {annotation.Whole}{Edit.Comment(subject.Text, annotation)}");
        return subject.Spec["timeoutSeconds"].HasKey
            ? Change.Of(Edit.Delete(subject.Text, annotation))
            : Change.Of(Removed(subject.Text, annotation), Edit.Insert(subject.Text, subject.Spec, [], entry));
    }

    private static void WrongLevel(Subject subject, Spot annotation, Level levels, Findings findings)
    {
        var home = Home(levels, subject);
        var reason = home is Level.None ? $"'{annotation.Key}' is not for a {subject.Kind}"
            : $"'{annotation.Key}' is not supported here: it belongs to {Annotations.Tell(home)}";
        var fix = home is Level.None ? "leave it out" : $"move it to {Annotations.Tell(home)}";
        if (home is Level.Service && annotation.Key is Prefix + "minScale" or Prefix + "maxScale") fix += $", or write '{Autoscaling}{annotation.Key[Prefix.Length..]}' here";
        findings.AddKey(AnnotationRules.WrongLevel, annotation, reason, fix, home is Level.None ? null : Moved(subject, annotation, home));
    }

    /// <summary>Of the places where it may stand, the one in this kind of resource.</summary>
    private static Level Home(Level levels, Subject subject)
    {
        Level[] here = subject.IsService ? [Level.Service, Level.Revision] : [Level.Job, Level.Execution];
        return here.FirstOrDefault(level => (levels & level) is not Level.None);
    }

    private static Change? Moved(Subject subject, Spot annotation, Level home)
    {
        var isOuter = home is Level.Service or Level.Job;
        var (from, way) = isOuter ? (subject.Resource, new[] { "metadata", "annotations" }) : (subject.Template, ["metadata", "annotations"]);
        var there = from["metadata"]["annotations"][annotation.Key];
        if (there.HasKey) return there.Text == annotation.Text ? Change.Of(Edit.Delete(subject.Text, annotation)) : null;
        return Edit.Written(subject.Text, annotation) is { } written ? Change.Of(Removed(subject.Text, annotation), Edit.Insert(subject.Text, from, way, written)) : null;
    }

    /// <summary>Taken along with its comment. With the last annotation its map goes, too, if that has a line of its own.</summary>
    private static TextEdit? Removed(string text, Spot annotation)
    {
        var edit = Edit.Delete(text, annotation, keepsComment: false);
        if (edit is not { } made || annotation.Parent is not { Map: { Entries.Count: 1, IsFlow: false }, Entry: { } map }) return edit;
        var start = Lines.StartOf(text, map.Key.Start.Index);
        var between = text.AsSpan(map.Key.Start.Index..made.Start).Trim();
        return made.Length > 0 && between.SequenceEqual("annotations:") && Lines.IsBlank(text.AsSpan(start..map.Key.Start.Index)) ? new(start, made.End - start, "") : edit;
    }

    private static void Value(Spot annotation, Annotation known, Findings findings)
    {
        if (annotation.Text is not { } text) return;
        if (known.Values is { } values && !values.Contains(text))
            findings.Add(AnnotationRules.BadValue, annotation, $"'{annotation.Key}' cannot be '{Shown.Of(text)}'", $"write {TextCheck.Choice(values)}, in quotes where it is no word");
        else if (known.IsCount && annotation.Whole is not >= 0)
            findings.Add(AnnotationRules.BadValue, annotation, $"'{annotation.Key}' is a number of instances and cannot be '{Shown.Of(text)}'", "write a whole number in quotes");
    }

    private static void LaunchStage(Subject subject, Findings findings)
    {
        if (!subject.IsCloudRun || !subject.IsService || subject.Annotation(Prefix + "launch-stage").Text is "BETA" or "ALPHA") return;
        foreach (var grpc in subject.Containers.Select(static container => container["readinessProbe"]["grpc"]).Where(static grpc => grpc.HasKey))
            findings.AddKey(AnnotationRules.LaunchStage, grpc, "a readiness probe by gRPC is documented as a preview: without its launch stage 'The feature is not supported in the declared launch stage' may be the answer",
                "write 'run.googleapis.com/launch-stage: BETA' into metadata.annotations, or ask by httpGet");
    }
}
