using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Manifests;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Tests;

public sealed class ResourceTests
{
    private const string Yaml = """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: chat
          annotations: { run.googleapis.com/ingress: all }
        spec:
          template:
            metadata:
              annotations:
                autoscaling.knative.dev/minScale: "1"
            spec:
              containerConcurrency: 250
              timeoutSeconds: "3600"
              volumes: [{ name: certificates }]
              containers:
              - image: chat:1
                ports: [{ name: http1, containerPort: 8000 }]
                env: [{ name: A, value: "1" }, { name: B, valueFrom: { secretKeyRef: { name: b, key: latest } } }]
                startupProbe: { httpGet: { path: /startup }, periodSeconds: 1, failureThreshold: 100 }
          traffic: [{ latestRevision: true, percent: 100 }]
        """;

    [Fact]
    public void Service_comes_out_of_a_manifest_and_nothing_of_it_is_lost()
    {
        var json = Assert.Single(Manifest.Parse(Yaml, "service.yaml").Documents).ToJson()!;
        var service = json.Deserialize(ResourceJson.Default.Service)!;
        Assert.Equal(("chat", 250, 3600), (service.Name, service.Spec.Template.Spec.ContainerConcurrency, service.Spec.Template.Spec.TimeoutSeconds));
        var container = Assert.Single(service.Spec.Template.Spec.Containers);
        Assert.Equal((8000, "/startup"), (container.Ports![0].Number, container.StartupProbe!.HttpGet!.Path));
        json["spec"]!["template"]!["spec"]!["timeoutSeconds"] = 3600;
        Assert.True(JsonNode.DeepEquals(json, JsonSerializer.SerializeToNode(service, ResourceJson.Default.Service)));
    }

    [Fact]
    public void Broken_YAML_is_told_with_its_place()
    {
        var exception = Assert.Throws<ManifestException>(() => Manifest.Parse("a: 1\nb: [1, 2\nc: 3\n", "broken.yaml"));
        Assert.Equal(("broken.yaml", 2), (exception.File, exception.Line));
    }
}
