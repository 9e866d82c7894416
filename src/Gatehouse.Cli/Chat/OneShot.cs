using Gatehouse.Client;

namespace Gatehouse.Cli;

/// <summary>One message, one answer.</summary>
internal static class OneShot
{
    public static async Task<int> RunAsync(Conversation chat, Terminal terminal, string message, Interruption interruption)
    {
        if (message.Trim() is not { Length: > 0 } text)
        {
            terminal.Fail("there is no message: use --message, or write one to standard input");
            return ExitCode.Failed;
        }
        var ended = await chat.SayAsync(text, interruption.Left);
        if (interruption.Left.IsCancellationRequested) return ExitCode.Interrupted;
        return ended?.Outcome switch
        {
            RunEnd.Success or RunEnd.Unknown => ExitCode.Done,
            RunEnd.Interrupt => ExitCode.Asks,
            RunEnd.Cancelled => ExitCode.Interrupted,
            _ => ExitCode.Failed,
        };
    }
}
