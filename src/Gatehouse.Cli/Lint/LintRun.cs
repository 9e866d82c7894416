using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;

namespace Gatehouse.Cli.Lint;

/// <summary>Reads files, judges them, mends what shall be mended, prints.</summary>
internal sealed class LintRun(Terminal terminal, LintWishes wishes, Func<Stream> openInput)
{
    public const string Input = "-";
    private const string NameOfInput = "(standard input)";

    private readonly List<Finding> _findings = [];
    private readonly List<Finding> _fixed = [];

    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        foreach (var name in wishes.Files)
        {
            var file = await ReadAsync(name, cancellationToken);
            if (wishes.Mending is Mending.None || !file.IsReadable) _findings.AddRange(file.Lint(wishes.Settings));
            else await MendAsync(file, cancellationToken);
        }
        var report = new LintReport(wishes.Files.Count, _findings, _fixed);
        Publish(report);
        return report.Errors > 0 || (wishes.IsStrict && report.Warnings > 0) ? ExitCode.Faulty : ExitCode.Done;
    }

    private async Task<LintFile> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (name is not Input) return await LintFile.ReadAsync(name, cancellationToken);
        var input = openInput();
        await using (input) return await LintFile.ReadAsync(input, NameOfInput, cancellationToken);
    }

    private async Task MendAsync(LintFile file, CancellationToken cancellationToken)
    {
        var result = Fixer.Fix(file.Text, file.Name, wishes.Settings);
        var failed = result.Fixed.Count is 0 || wishes.Mending is Mending.Shown ? null : await file.WriteAsync(result.Text, cancellationToken);
        if (failed is not null)
        {
            _findings.AddRange([failed, .. file.Lint(wishes.Settings)]);
            return;
        }
        _findings.AddRange(result.Left);
        _fixed.AddRange(result.Fixed);
        if (wishes.Mending is Mending.Shown) terminal.Write(Difference.Write(file.Name, SecretMask.Of(file.Text), SecretMask.Of(result.Text)));
    }

    /// <summary>A difference is alone on standard output, so that it can be piped into patch.</summary>
    private void Publish(LintReport report)
    {
        if (wishes.Mending is Mending.Shown) terminal.Note(LintText.Write(report, isDryRun: true).TrimEnd());
        else terminal.Write(wishes.Form switch
        {
            LintForm.Json => LintJson.Write(report),
            LintForm.Sarif => LintSarif.Write(report),
            _ => LintText.Write(report),
        });
    }
}
