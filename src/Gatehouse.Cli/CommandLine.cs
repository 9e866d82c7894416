using System.CommandLine;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli;

/// <summary>
/// Runs a command. A wrong command line is told without the secrets that it may hold, and what nobody foresaw, such as an output that is
/// full or closed, in a line and without a stack.
/// </summary>
internal static partial class CommandLine
{
    public static async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        try
        {
            var parsed = root.Parse(args);
            // Ctrl-C is each command's own: the chat's first cancels the answer, and only then leaves.
            if (parsed.Errors.Count == 0)
                return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false, Output = output, Error = error });
            using var wrong = new StringWriter();
            await parsed.InvokeAsync(new() { Output = output, Error = wrong });
            await error.WriteAsync(WithoutSecrets(wrong.ToString()));
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception unforeseen)
        {
            await TellAsync(error, unforeseen);
            return unforeseen is IOException or UnauthorizedAccessException ? ExitCode.CannotWrite : ExitCode.Unforeseen;
        }
    }

    /// <summary>An argument that nobody expected may be an address with a password, or with a token in its query.</summary>
    private static string WithoutSecrets(string text) => Query().Replace(UserInfo().Replace(text, "***@"), "?***");

    private static async Task TellAsync(TextWriter error, Exception unforeseen)
    {
        try
        {
            await error.WriteLineAsync($"gatehouse: {unforeseen.Message}");
            await error.FlushAsync();
        }
        catch (Exception silent) when (silent is IOException or UnauthorizedAccessException)
        {
            // There is nobody to tell; the exit code says it.
        }
    }

    [GeneratedRegex("""[^\s'"]+@""")]
    private static partial Regex UserInfo();

    [GeneratedRegex("""(?<=[/\w])\?[^\s'"]+""")]
    private static partial Regex Query();
}
