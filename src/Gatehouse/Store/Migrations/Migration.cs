using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Store.Migrations;

/// <summary>One numbered step of the schema: a file <c>0001_initial.sql</c> that is part of the build and never changes again.</summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 over the text with LF line ends, so that a checkout with CRLF is the same migration.</summary>
    public string Checksum { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The migrations of this build for a kind of database, in order.</summary>
    public static IReadOnlyList<Migration> For(string database)
    {
        var folder = $"migrations/{database}/";
        var assembly = typeof(Migration).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                return Parse(name[folder.Length..], reader.ReadToEnd());
            })
            .OrderBy(migration => migration.Version)];
    }

    private static Migration Parse(string file, string sql)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var underscore = name.IndexOf('_', StringComparison.Ordinal);
        return new(int.Parse(name.AsSpan(0, underscore), NumberStyles.None, CultureInfo.InvariantCulture), name[(underscore + 1)..], sql);
    }
}
