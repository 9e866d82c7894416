using System.Text;

namespace Gatehouse.LocalRun.Instances;

/// <summary>
/// Cuts what a container writes into lines. One that does not end is cut at the length of the longest entry that Cloud Logging takes: whoever
/// writes without newlines is seen all the same, and does not fill our memory.
/// </summary>
internal sealed class ContainerOutput(StreamReader stream, Action<string> output)
{
    private const int LongestLine = 256 * 1024;

    private readonly StringBuilder _line = new();
    private bool _isAfterReturn;

    /// <summary>Until the stream ends, or nobody waits for it any longer.</summary>
    public async Task ReadAsync(CancellationToken cancelled)
    {
        var buffer = new char[4096];
        try
        {
            while (await stream.ReadAsync(buffer, cancelled) is > 0 and var count)
                foreach (var next in buffer.AsSpan(0, count)) Take(next);
        }
        catch (OperationCanceledException)
        {
            // What was written so far is still told.
        }
        catch (IOException)
        {
            output("(its output could not be read any further)");
        }
        if (_line.Length > 0) Tell();
    }

    // A carriage return ends a line too, as those of progress bars do.
    private void Take(char next)
    {
        var isSecondHalf = next is '\n' && _isAfterReturn;
        _isAfterReturn = next is '\r';
        if (isSecondHalf) return;
        if (next is '\n' or '\r')
        {
            Tell();
            return;
        }
        _line.Append(next);
        if (_line.Length >= LongestLine && !char.IsHighSurrogate(next)) Tell();
    }

    private void Tell()
    {
        output(_line.ToString());
        _line.Clear();
    }
}
