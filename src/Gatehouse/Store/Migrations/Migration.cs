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

    /// <summary>
    /// The oldest build that still works with a database that has it, by the number of the newest migration that the build knows.
    /// The first line says it (<c>-- oldest: 3</c>); without that, only builds that know this migration do.
    /// </summary>
    public int Oldest { get; } = ParseOldest(Version, Sql);

    /// <summary>As the file is called: <c>0001_initial</c>.</summary>
    public string FullName => string.Create(CultureInfo.InvariantCulture, $"{Version:0000}_{Name}");

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

    private static int ParseOldest(int version, string sql)
    {
        const string Header = "-- oldest:";
        var first = sql.AsSpan(0, sql.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? end : sql.Length);
        if (!first.StartsWith(Header, StringComparison.Ordinal)) return version;
        return int.TryParse(first[Header.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var oldest) && oldest >= 1 && oldest <= version
            ? oldest
            : throw new InvalidOperationException($"The first line of migration {version} must name a migration up to itself: -- oldest: 1");
    }

    private static Migration Parse(string file, string sql)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var underscore = name.IndexOf('_', StringComparison.Ordinal);
        return new(int.Parse(name.AsSpan(0, underscore), NumberStyles.None, CultureInfo.InvariantCulture), name[(underscore + 1)..], sql);
    }
}
