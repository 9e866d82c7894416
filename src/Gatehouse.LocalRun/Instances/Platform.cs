using System.Globalization;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Instances;

/// <summary>What every instance needs of the cloud that it runs in.</summary>
internal sealed class Platform(IDictionary<string, ImageCommand> images, TimeProvider clock, EventStream events) : IDisposable
{
    public TimeProvider Clock => clock;

    public EventStream Events => events;

    public FreePorts Ports { get; } = new();

    public Watchdog Watchdog { get; } = new();

    /// <exception cref="ContainerStartException">There is no command for the image.</exception>
    public ImageCommand Image(string? image) => image is { Length: > 0 } && images.TryGetValue(image, out var command)
        ? command
        : throw new ContainerStartException(
            $"There is no command for the image '{image}': give one with --run '{image}=COMMAND', as --run '{image}=node server.js'.");

    /// <inheritdoc cref="Image"/>
    public ContainerCommand Command(RevisionSettings revision, int port)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in revision.Container.Env ?? []) environment[variable.Name] = variable.Value ?? "";
        environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        environment["K_SERVICE"] = revision.Service;
        environment["K_REVISION"] = revision.Revision;
        environment["K_CONFIGURATION"] = revision.Service;
        return new(Image(revision.Container.Image), revision.Container.Args ?? [], environment);
    }

    public void Dispose() => Watchdog.Dispose();
}
