using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What is to run: a service as its manifest has it, with the image to deploy in it.</summary>
/// <param name="Service">Its <c>spec.traffic</c> is ignored: the rollout owns it.</param>
public sealed record RolloutRequest(Service Service)
{
    public string? Image => Service.Spec.Template.Spec.Containers.FirstOrDefault()?.Image;

    /// <summary>The manifest with another image in its first container (the one that is served from).</summary>
    public RolloutRequest WithImage(string image)
    {
        var template = Service.Spec.Template;
        if (template.Spec.Containers.Count is 0) throw new ArgumentException("The manifest has no container to put the image into.", nameof(image));
        IReadOnlyList<Container> containers = [template.Spec.Containers[0] with { Image = image }, .. template.Spec.Containers.Skip(1)];
        return new(Service with { Spec = Service.Spec with { Template = template with { Spec = template.Spec with { Containers = containers } } } });
    }
}
