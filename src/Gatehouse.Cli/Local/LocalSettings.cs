using System.Text.Json;
using Gatehouse.Cli.Probe;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun;
using Service = Gatehouse.CloudRun.Resources.Service;

namespace Gatehouse.Cli.Local;

/// <summary>What <c>gatehouse local</c> is to bring up.</summary>
internal sealed record LocalSettings(IReadOnlyList<Service> Services, IReadOnlyList<Job> Jobs, IReadOnlyDictionary<string, ImageCommand> Images)
{
    /// <exception cref="UsageException">A file or a command is wrong.</exception>
    public static LocalSettings Read(IReadOnlyList<string> files, IReadOnlyList<string> commands)
    {
        List<Service> services = [];
        List<Job> jobs = [];
        foreach (var file in files) ReadFile(file, services, jobs);
        if (services.Count + jobs.Count is 0) throw new UsageException($"{string.Join(", ", files)}: there is no Service and no Job in it");
        var images = commands.Select(ReadCommand).ToDictionary(each => each.Image, each => each.Command, StringComparer.Ordinal);
        var wanted = services.SelectMany(each => each.Spec.Template.Spec.Containers).Concat(jobs.SelectMany(each => each.Spec.Template.Spec.Template.Spec.Containers));
        if (wanted.FirstOrDefault(each => each.Image is { Length: > 0 } image && !images.ContainsKey(image)) is { Image: { } missing })
            throw new UsageException($"there is no command for the image '{missing}': give one with --run '{missing}=COMMAND', as --run '{missing}=node server.js'");
        return new(services, jobs, images);
    }

    private static (string Image, ImageCommand Command) ReadCommand(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new UsageException($"--run {text}: expected IMAGE=COMMAND");
        var (image, command) = (text[..equals].Trim(), text[(equals + 1)..]);
        if (!ShellWords.TrySplit(command, out var words)) throw new UsageException($"--run {text}: a quote is not closed");
        if (words.Count is 0) throw new UsageException($"--run {text}: there is no command after the =");
        return (image, new(words[0], [.. words.Skip(1)]));
    }

    private static void ReadFile(string file, List<Service> services, List<Job> jobs)
    {
        try
        {
            foreach (var document in Manifest.Parse(File.ReadAllText(file), file).Documents)
            {
                if (document.ToJson() is not { } node) continue;
                using var parsed = JsonDocument.Parse(node.ToJsonString());
                var json = parsed.RootElement;
                if (NullItems.Find(json) is { } field) throw new UsageException($"{file}: {field} is null; a list has no such items");
                if (document.Kind is "Service") services.Add(json.Deserialize(ResourceJson.Default.Service)!);
                else if (document.Kind is "Job") jobs.Add(json.Deserialize(ResourceJson.Default.Job)!);
                else throw new UsageException($"{file}: the kind is '{document.Kind}'; Service or Job was expected");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: {exception.Message}");
        }
        catch (ManifestException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{file}: it is not the manifest that was expected: {exception.Message}");
        }
    }
}
