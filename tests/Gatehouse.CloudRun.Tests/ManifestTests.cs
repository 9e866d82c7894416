using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Tests;

public sealed class ManifestTests
{
    [Theory]
    [InlineData("a: { b: [1, 2], c: { d: 'x' }, e: {} }  # end\nf: [ ]\n")]
    [InlineData("a:\r\n  - { b: [1,\r\n     2] , c: \"x\" }\r\n  - y\r\n")]
    [InlineData("é: {𝄞: [x]}\n")]
    [InlineData("a: &x {b: [1]}\nc: *x\n")]
    public void Every_place_is_where_the_text_says(string text)
    {
        var root = Assert.Single(Manifest.Read(text, "places.yaml").Documents).Root;
        Look(text, root);
    }

    private static void Look(string text, ManifestNode node)
    {
        Assert.Equal(Places.Of(text, node.Start.Index), node.Start);
        switch (node)
        {
            case ManifestMap map:
                if (map.IsFlow) Assert.Matches(@"^(&x )?\{[^$]*\}$", text[node.Start.Index..node.End.Index]);
                foreach (var entry in map.Entries.Where(entry => !entry.IsBorrowed))
                {
                    Assert.StartsWith(entry.Key.Value, text[entry.Key.Start.Index..]);
                    Look(text, entry.Value);
                }
                break;
            case ManifestList list:
                if (list.IsFlow) Assert.Matches(@"^\[[^$]*\]$", text[node.Start.Index..node.End.Index]);
                foreach (var item in list.Items) Look(text, item.Value);
                break;
            case ManifestScalar scalar:
                Assert.Equal(scalar.Value, text[scalar.Start.Index..scalar.End.Index].Trim('\'', '"'));
                break;
        }
    }
}
