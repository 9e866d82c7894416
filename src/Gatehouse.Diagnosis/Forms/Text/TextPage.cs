using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>How a piece of text looks where there is style. Nothing is said by it that the words do not say.</summary>
internal enum Ink
{
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Doubtful,
    Command,
}

/// <summary>A piece of text in one ink.</summary>
internal readonly record struct Phrase(string Text, Ink Ink = Ink.Plain)
{
    public static implicit operator Phrase(string text) => new(text);
}

/// <summary>Lines of a width: paragraphs are broken between words, words that are longer than a line within.</summary>
internal sealed class TextPage(int width, bool hasStyle)
{
    private readonly StringBuilder _page = new();

    public override string ToString() => _page.ToString();

    /// <summary>An empty line, or one with the rails of a tree only.</summary>
    public void Gap(string rails = "") => _page.Append(Indentation(rails).TrimEnd()).Append('\n');

    /// <summary>A paragraph whose first line begins with <paramref name="first"/> and every other with <paramref name="rest"/>.</summary>
    public void Paragraph(string first, string rest, params ReadOnlySpan<Phrase> spans)
    {
        (first, rest) = (Indentation(first), Indentation(rest));
        var line = new List<Phrase>();
        var left = width - Columns.Of(first);
        foreach (var (word, ink) in Pieces(spans, width - Math.Max(Columns.Of(first), Columns.Of(rest))))
        {
            var columns = Columns.Of(word);
            if (line.Count > 0 && columns + 1 > left)
            {
                End(first, line);
                (first, left) = (rest, width - Columns.Of(rest));
            }
            left -= columns + (line.Count > 0 ? 1 : 0);
            line.Add(new(word, ink));
        }
        End(first, line);
    }

    /// <summary>A line that is to be copied, and so is never broken.</summary>
    public void Unbroken(string first, string text, Ink ink)
    {
        _page.Append(Indentation(first));
        Colour([new(text, ink)]);
        _page.Append('\n');
    }

    /// <summary>A deep tree leaves half of the width for its words: its left rails give way.</summary>
    private string Indentation(string rails) => rails.Length <= width / 2 ? rails : rails[^(width / 2)..];

    private static IEnumerable<(string Word, Ink Ink)> Pieces(ReadOnlySpan<Phrase> spans, int columns)
    {
        var pieces = new List<(string, Ink)>();
        foreach (var (text, ink) in spans)
            foreach (var word in PlainText.Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                for (int start = 0, length; start < word.Length; start += length)
                {
                    length = Columns.Fit(word, start, columns);
                    pieces.Add((word.Substring(start, length), ink));
                }
        return pieces;
    }

    private void End(string first, List<Phrase> line)
    {
        _page.Append(line.Count is 0 ? first.TrimEnd() : first);
        Colour(line);
        _page.Append('\n');
        line.Clear();
    }

    private void Colour(List<Phrase> line)
    {
        for (var index = 0; index < line.Count; index++)
        {
            var (text, ink) = line[index];
            var begins = index is 0 || line[index - 1].Ink != ink;
            var ends = index == line.Count - 1 || line[index + 1].Ink != ink;
            if (begins && index > 0) _page.Append(' ');
            if (begins) _page.Append(Escape(ink));
            else _page.Append(' ');
            _page.Append(text);
            if (ends && ink is not Ink.Plain && hasStyle) _page.Append("\e[0m");
        }
    }

    private string Escape(Ink ink) => !hasStyle ? "" : ink switch
    {
        Ink.Bold => "\e[1m",
        Ink.Dim => "\e[2m",
        Ink.Good => "\e[1;32m",
        Ink.Bad => "\e[1;31m",
        Ink.Doubtful => "\e[1;33m",
        Ink.Command => "\e[36m",
        _ => "",
    };
}
