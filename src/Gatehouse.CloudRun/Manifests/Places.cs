namespace Gatehouse.CloudRun.Manifests;

/// <summary>From an index to a line and a column.</summary>
internal static class Places
{
    public static Place Of(string text, int index)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < index; i++)
        {
            if (text[i] is not '\n' && !(text[i] is '\r' && (i + 1 >= text.Length || text[i + 1] is not '\n'))) continue;
            (line, start) = (line + 1, i + 1);
        }
        return new(index, line, index - start + 1);
    }
}
