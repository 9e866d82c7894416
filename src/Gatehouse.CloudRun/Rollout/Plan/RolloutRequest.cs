using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What is to run: a service as its manifest has it, with the image to deploy in it.</summary>
/// <param name="Service">Its <c>spec.traffic</c> is ignored: the rollout owns it.</param>
public sealed record RolloutRequest(Service Service)
{
    /// <summary>The manifest with another image in its first container (the one that is served from).</summary>
    public RolloutRequest WithImage(string image)
    {
        if (Service.Spec.Template.Spec.Containers is not [var first, .. var others]) throw new ArgumentException("The manifest has no container to put the image into.", nameof(image));
        var template = Service.Spec.Template;
        return new(Service with
        {
            Spec = Service.Spec with { Template = template with { Spec = template.Spec with { Containers = [first with { Image = image }, .. others] } } },
        });
    }

    public string? Image => Service.Spec.Template.Spec.Containers is [var first, ..] ? first.Image : null;
}
