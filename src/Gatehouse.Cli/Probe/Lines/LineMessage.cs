using System.Text;

namespace Gatehouse.Cli.Probe;

/// <summary>One message of a service, whole.</summary>
internal readonly record struct LineMessage(byte[] Bytes, bool IsBinary)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public bool Contains(string text) => Text.Contains(text, StringComparison.Ordinal);
}
