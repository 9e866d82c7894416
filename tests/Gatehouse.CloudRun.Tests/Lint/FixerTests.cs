using Gatehouse.CloudRun.Lint;
using Gatehouse.CloudRun.Lint.Fixes;

namespace Gatehouse.CloudRun.Tests.Lint;

public sealed class FixerTests
{
    [Fact]
    public void Comments_order_and_quoting_stay()
    {
        AssertFixed("""
            # one
            apiVersion: "serving.knative.dev/v1"   # two
            kind: 'Service'
            spec:   # three
              template:
                # four
                spec: { timeoutSeconds: "3600", containers: [{ image: a:1, startupProbe: { httpGet: { path: /startup }, successthreshold: 2 } }] }   # five
              traffic:
                - percent: 100   # six
                  url: https://x   # seldom true
                  latestRevision: "true"
            metadata: {name: chat}

            # seven
            """, """
            # one
            apiVersion: "serving.knative.dev/v1"   # two
            kind: 'Service'
            spec:   # three
              template:
                # four
                spec: { timeoutSeconds: 3600, containers: [{ image: a:1, startupProbe: { httpGet: { path: /startup }, successThreshold: 1 } }] }   # five
              traffic:
                - percent: 100   # six
                  # seldom true
                  latestRevision: true
            metadata: {name: chat}

            # seven
            """);
    }

    [Fact]
    public void Several_annotations_are_moved_and_their_empty_map_goes()
    {
        AssertFixed("""
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata:
              name: chat
              annotations:
                autoscaling.knative.dev/minScale: 1   # warm
                run.googleapis.com/cpu-throttling: false
                run.googleapis.com/session-affinity: "true"
            spec:
              template:
                spec:
                  timeoutSeconds: 3600
                  containers:
                  - image: a:1
              traffic: [{ latestRevision: true, percent: 100 }]
            """, """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata:
              name: chat
              annotations:
                run.googleapis.com/session-affinity: "true"
            spec:
              template:
                spec:
                  timeoutSeconds: 3600
                  containers:
                  - image: a:1
                metadata:
                  annotations:
                    autoscaling.knative.dev/minScale: "1"   # warm
                    run.googleapis.com/cpu-throttling: "false"
              traffic: [{ latestRevision: true, percent: 100 }]
            """);
    }

    [Fact]
    public void The_last_annotation_takes_its_map_with_it() =>
        AssertFixed("""
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata:
              name: chat
              annotations:
                run.googleapis.com/timeout: "3600"
            spec: { template: { spec: { containers: [{ image: a:1 }] } }, traffic: [{ latestRevision: true, percent: 100 }] }
            """, """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata:
              name: chat
            spec: { template: { spec: { containers: [{ image: a:1 }], timeoutSeconds: 3600 } }, traffic: [{ latestRevision: true, percent: 100 }] }
            """);

    [Fact]
    public void Line_breaks_stay_as_they_are()
    {
        var result = Fixer.Fix("apiVersion: serving.knative.dev/v1\r\nkind: Service\r\nmetadata:\r\n  name: chat\r\nspec:\r\n  template:\r\n    spec:\r\n      containers:\r\n      - image: a:1", "crlf.yaml");
        Assert.EndsWith("      - image: a:1\r\n  traffic:\r\n  - latestRevision: true\r\n    percent: 100", result.Text);
        Assert.DoesNotContain("\n", result.Text.Replace("\r\n", ""));
    }

    [Fact]
    public void What_a_person_has_to_decide_is_left()
    {
        const string yaml = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: { name: chat, annotations: { run.googleapis.com/memory: 1Gi } }
            spec:
              template:
                spec:
                  timeoutSeconds: 300
                  containers: [{ image: chat, securityContext: {} }]
              traffic: [{ latestRevision: true, percent: 90 }]
            """;
        Assert.Equal(yaml, Fixer.Fix(yaml, "left.yaml").Text);
    }

    private static void AssertFixed(string before, string after)
    {
        var result = Fixer.Fix(before, "service.yaml");
        Assert.Equal(after, result.Text);
        Assert.NotEmpty(result.Fixed);
        var again = Fixer.Fix(result.Text, "service.yaml");
        Assert.Equal((result.Text, 0), (again.Text, again.Fixed.Count));
        Assert.Equal(Linter.Lint(result.Text, "service.yaml"), result.Left);
    }
}
