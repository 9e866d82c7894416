using Gatehouse.CloudRun.Lint;

namespace Gatehouse.CloudRun.Tests.Lint;

/// <summary>What real manifests have, in shapes that the rules' pages do not show.</summary>
public sealed class RealManifestTests
{
    [Fact]
    public void A_service_that_is_probed_by_grpc_wants_http2()
    {
        const string ports = "ports: [{ name: h2c, containerPort: 50051 }]";
        Assert.Contains("GH1403", Service(ports));
        Assert.DoesNotContain("GH1403", Service($"{ports}\n          livenessProbe: {{ grpc: {{ port: 50051 }} }}"));
    }

    [Theory]
    [InlineData("run.googleapis.com/urls: '[\"https://chat.a.run.app\"]'")]
    [InlineData("run.googleapis.com/presets: gateway")]
    [InlineData("run.googleapis.com/threat-detection: enabled")]
    public void What_exports_and_gcloud_write_is_known(string annotation) => Assert.DoesNotContain("GH1201", Lint(
        $$"""
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: chat
          annotations: { {{annotation}} }
        spec:
          template:
            spec:
              containers: [{ image: img/chat:1 }]
        """));

    [Fact]
    public void A_sidecar_may_be_told_a_port()
    {
        Assert.DoesNotContain("GH1801", Service("ports: [{ containerPort: 8000 }]\n        - name: side\n          image: img/side:1\n          env: [{ name: PORT, value: \"9000\" }]"));
        Assert.Contains("GH1801", Service("env: [{ name: PORT, value: \"9000\" }]"));
    }

    [Theory]
    [InlineData("sh", false)]
    [InlineData("/bin/bash", false)]
    [InlineData("python", true)]
    public void What_a_shell_replaces_is_its_own_affair(string command, bool isFound) =>
        Assert.Equal(isFound, Service($"command: [{command}, -c]\n          args: [\"exec serve -w $(nproc)\"]").Contains("GH1704"));

    [Theory]
    [InlineData("serving.knative.dev/v1", "service", true)]
    [InlineData("serving.knative.dev/v1", "Services", true)]
    [InlineData("serving.knativ.dev/v1", "Service", true)]
    [InlineData("run.googleapis.com/v2", "Service", true)]
    [InlineData("v1", "Service", false)]
    [InlineData("batch/v1", "Job", false)]
    [InlineData("serving.knative.dev/v1", "Route", false)]
    public void What_is_nearly_ours_is_an_error_and_what_is_not_is_skipped(string version, string kind, bool isError) =>
        Assert.Equal(isError ? "GH1009" : "GH1008", Assert.Single(Lint($"apiVersion: {version}\nkind: {kind}\nmetadata: {{ name: chat }}\nspec: {{}}\n")));

    [Fact]
    public void A_handler_with_nothing_behind_it_is_none() => Assert.Contains("GH1307", Service("startupProbe:\n            httpGet:\n            periodSeconds: 1\n            failureThreshold: 60"));

    [Theory]
    [InlineData("env: [{ name: DB_PASSWORD, value: *geheim }]")]
    [InlineData("env: [{ name: \"API_KEY=geheim\" }]")]
    public void What_may_be_a_value_is_in_no_finding(string entry) =>
        Assert.DoesNotContain(Linter.Lint(Manifest(entry), "service.yaml", new()), finding => $"{finding.Reason} {finding.Fix}".Contains("geheim", StringComparison.Ordinal));

    private static List<string> Service(string container)
    {
        var found = Lint(Manifest(container));
        Assert.DoesNotContain("GH1003", found);
        return found;
    }

    private static string Manifest(string container) =>
        $$"""
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata: { name: chat }
        spec:
          template:
            spec:
              containers:
                - image: img/chat:1
                  {{container.TrimStart()}}
        """;

    private static List<string> Lint(string yaml) => [.. Linter.Lint(yaml, "service.yaml", new()).Select(static finding => finding.Rule.Id)];
}
