using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.CloudRun.Manifests;

/// <summary>A YAML (or JSON, which is YAML) file of one or more documents, each with the place of every node.</summary>
public sealed class Manifest
{
    private Manifest(string file, IReadOnlyList<ManifestDocument> documents) => (File, Documents) = (file, documents);

    public string File { get; }

    public IReadOnlyList<ManifestDocument> Documents { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ManifestException">It is no YAML.</exception>
    public static Manifest Parse(string text, string file)
    {
        var (yaml, parser) = (new YamlStream(), new Parser(new StringReader(text)));
        try
        {
            yaml.Load(parser);
        }
        catch (YamlException exception)
        {
            throw new ManifestException(exception.InnerException?.Message ?? exception.Message, file, (int)exception.Start.Line, (int)exception.Start.Column, exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet meets some broken files with an error of its own inside; the last thing that it read well is the nearest place.
            var place = parser.Current?.End ?? Mark.Empty;
            throw new ManifestException("this is no YAML", file, (int)place.Line, (int)place.Column, exception);
        }
        return new(file, [.. yaml.Documents.Select(document => new ManifestDocument(file, document.RootNode))]);
    }
}

/// <summary>One document of a <see cref="Manifest"/>.</summary>
public sealed class ManifestDocument
{
    internal ManifestDocument(string file, YamlNode root) => (File, Root) = (file, root);

    public string File { get; }

    public string? ApiVersion => Text("apiVersion");

    public string? Kind => Text("kind");

    internal YamlNode Root { get; }

    /// <summary>The document as JSON, its plain scalars typed by YAML's core schema.</summary>
    public JsonNode? ToJson() => YamlJson.Convert(Root);

    private string? Text(string key) =>
        Root is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? (node as YamlScalarNode)?.Value : null;
}
