using System.Text.Json.Nodes;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>A YAML (or JSON, which is YAML) file of one or more documents, each with the place of every node.</summary>
public sealed class Manifest
{
    private Manifest(string file, IReadOnlyList<ManifestDocument> documents, IReadOnlyList<ManifestProblem> problems) =>
        (File, Documents, Problems) = (file, documents, problems);

    public string File { get; }

    public IReadOnlyList<ManifestDocument> Documents { get; }

    /// <summary>What is wrong with it as YAML, in the order of the text. The documents are those that could be read all the same.</summary>
    internal IReadOnlyList<ManifestProblem> Problems { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ManifestException">It is no YAML, or no YAML that says one thing: a key stands twice, an anchor refers to itself, it is too much.</exception>
    public static Manifest Parse(string text, string file)
    {
        var manifest = Read(text, file);
        return manifest.Problems is [var problem, ..] ? throw problem.In(file) : manifest;
    }

    /// <summary>As <see cref="Parse"/>, but keeps the problems and goes on behind them as far as that is possible.</summary>
    internal static Manifest Read(string text, string file)
    {
        var builder = new TreeBuilder(text);
        builder.Build();
        return new(file, [.. builder.Roots.Select(root => new ManifestDocument(file, root))], builder.Problems);
    }
}

/// <summary>One document of a <see cref="Manifest"/>.</summary>
public sealed class ManifestDocument
{
    internal ManifestDocument(string file, ManifestNode root) => (File, Root) = (file, root);

    public string File { get; }

    public string? ApiVersion => Text("apiVersion");

    public string? Kind => Text("kind");

    internal ManifestNode Root { get; }

    /// <summary>The document as JSON, its plain scalars typed by YAML's core schema.</summary>
    public JsonNode? ToJson() => YamlJson.Convert(Root);

    private string? Text(string key) => (Root as ManifestMap)?.Find(key)?.Value is ManifestScalar scalar ? scalar.Value : null;
}
