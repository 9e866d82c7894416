using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Operations.Status;

namespace Gatehouse.Tests.Operations.Status;

/// <summary>The status page as a file: it needs nothing else, and nothing in the data can become a part of the page.</summary>
public sealed class StatusSnapshotTests
{
    private const string Hostile = "</script><script>alert(1)</script><!--<SCRIPT ]]> \u2028";

    [Fact]
    public void Data_stays_data()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["summary"] = Hostile },
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var page = Encoding.UTF8.GetString(StatusSnapshot.Write(json));

        Assert.Equal(2, Regex.Count(page, "</script", RegexOptions.IgnoreCase));
        Assert.Equal(2, Regex.Count(page, "<script", RegexOptions.IgnoreCase));
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        var data = Regex.Match(page, "id=\"snapshot\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;
        Assert.Equal(Hostile, JsonSerializer.Deserialize<Dictionary<string, string>>(data)!["summary"]);
    }

    [Fact]
    public void All_modules_are_inside_and_nothing_is_fetched()
    {
        var page = Encoding.UTF8.GetString(StatusSnapshot.Write("{}"u8.ToArray()));

        foreach (var name in typeof(StatusSnapshot).Assembly.GetManifestResourceNames().Where(name => name.StartsWith("wwwroot/status/", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(typeof(StatusSnapshot).Assembly.GetManifestResourceStream(name)!);
            var last = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Last(line => line.Length > 20);
            Assert.Contains(last.Replace("export ", "", StringComparison.Ordinal), page, StringComparison.Ordinal);
        }
        Assert.DoesNotMatch(@"(?m)^\s*(import|export) |<link[^>]*href=""/(?!status"")|src=", page);
        Assert.Contains("default-src 'none'; script-src 'sha256-", page, StringComparison.Ordinal);
    }
}
