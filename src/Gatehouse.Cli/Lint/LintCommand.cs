using System.CommandLine;
using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary><c>gatehouse lint file…</c>: what Cloud Run or Knative would refuse, and what a service with WebSockets would suffer from.</summary>
internal static class LintCommand
{
    private const string Description = """
        Find what is wrong with manifests for Cloud Run or Knative: keys that do not exist, on the wrong level, of the wrong kind, and what is
        accepted and hurts a service with WebSockets. Each finding has its place, its reason and what to write instead; docs/lint.md has a page for each rule.

        With --fix what can be mended without a decision is mended in the file; with --dry-run beside it the difference is printed and nothing is written.

        Exit codes: 0 no errors, 1 there are errors (with --strict: or warnings), 64 the command line is wrong.
        """;

    public static Command Create(Terminal terminal, Func<Stream>? openInput = null)
    {
        var files = new Argument<string[]>("file") { Description = "Manifests; - is standard input.", Arity = ArgumentArity.OneOrMore };
        var target = new Option<string>("--target") { Description = "What they are for: cloudrun or knative.", DefaultValueFactory = _ => "cloudrun", HelpName = "target" };
        var noSockets = new Option<bool>("--no-websockets") { Description = "The services have no WebSockets: leave out the rules about them." };
        var ignore = new Option<string[]>("--ignore") { Description = "Leave out a rule, by id or name. May be repeated.", HelpName = "rule" };
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors." };
        var fix = new Option<bool>("--fix") { Description = "Mend in the file what needs no decision." };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --fix: print the difference, write nothing." };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var sarif = new Option<bool>("--sarif") { Description = "Print the findings as SARIF 2.1.0." };
        var command = new Command("lint", Description) { files, target, noSockets, ignore, strict, fix, dryRun, json, sarif };
        command.Validators.Add(result =>
        {
            if (result.GetValue(target) is not (null or "cloudrun" or "knative")) result.AddError($"--target {result.GetValue(target)}: expected cloudrun or knative.");
            foreach (var rule in (result.GetValue(ignore) ?? []).Where(static rule => RuleTable.Find(rule) is null)) result.AddError($"--ignore {rule}: there is no such rule; docs/lint.md has them all.");
            if (result.GetValue(json) && result.GetValue(sarif)) result.AddError("--json and --sarif exclude each other.");
            var given = result.GetValue(files) ?? [];
            foreach (var option in given.Where(static file => file.StartsWith("--", StringComparison.Ordinal) && !File.Exists(file))) result.AddError($"{option}: there is no such option, and no file of this name.");
            if (given.Count(static file => file is LintRun.Input) > 1) result.AddError("- is standard input, which can be read once.");
            if (given.Contains(LintRun.Input) && result.GetValue(fix) && !result.GetValue(dryRun)) result.AddError("--fix cannot change standard input: give a file, or --dry-run.");
            if (result.GetValue(dryRun) && !result.GetValue(fix)) result.AddError("--dry-run goes with --fix.");
            if (result.GetValue(dryRun) && (result.GetValue(json) || result.GetValue(sarif))) result.AddError("--dry-run prints a difference: leave out --json and --sarif.");
        });
        command.SetAction((parsed, cancellationToken) => new LintRun(terminal, new()
        {
            Files = parsed.GetValue(files)!,
            Settings = new()
            {
                Target = parsed.GetValue(target) is "knative" ? LintTarget.Knative : LintTarget.CloudRun,
                HasSockets = !parsed.GetValue(noSockets),
                Ignored = (parsed.GetValue(ignore) ?? []).Select(static rule => RuleTable.Find(rule)!.Id).ToHashSet(),
            },
            IsStrict = parsed.GetValue(strict),
            Mending = !parsed.GetValue(fix) ? Mending.None : parsed.GetValue(dryRun) ? Mending.Shown : Mending.Written,
            Form = parsed.GetValue(json) ? LintForm.Json : parsed.GetValue(sarif) ? LintForm.Sarif : LintForm.Text,
        }, openInput ?? Console.OpenStandardInput).ExecuteAsync(cancellationToken));
        return command;
    }
}
