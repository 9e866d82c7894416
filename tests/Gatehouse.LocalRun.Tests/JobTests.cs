using System.Net;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Jobs, by their API.</summary>
public sealed class JobTests
{
    /// <summary>Container contract: CLOUD_RUN_JOB, _EXECUTION, _TASK_INDEX, _TASK_ATTEMPT, _TASK_COUNT; 0 is success.</summary>
    [Fact]
    public async Task Tasks_know_which_they_are_and_success_is_0()
    {
        await using var cloud = await StartAsync("echo \"$CLOUD_RUN_JOB $CLOUD_RUN_EXECUTION $CLOUD_RUN_TASK_INDEX $CLOUD_RUN_TASK_ATTEMPT $CLOUD_RUN_TASK_COUNT $COLOUR\"");
        await cloud.Api.CreateAsync(Job(tasks: 2));
        var begun = await cloud.Api.RunAsync("work", """{"overrides":{"containerOverrides":[{"env":[{"name":"COLOUR","value":"blue"}]}]}}""");
        var done = await cloud.Api.CompletedAsync(begun.Name);
        Assert.Equal("True", Completed(done).Status);
        Assert.Equal((2, null, null), (done.Status!.SucceededCount, done.Status.FailedCount, done.Status.RetriedCount));
        await cloud.LogAsync($"work {begun.Name} 0 0 2 blue");
        await cloud.LogAsync($"work {begun.Name} 1 0 2 blue");
        Assert.Equal(begun.Name, (await cloud.Api.JobAsync("work")).Status!.LatestCreatedExecution!.Name);
    }

    [Fact]
    public async Task A_task_that_fails_is_retried_until_it_succeeds()
    {
        await using var cloud = await StartAsync("[ \"$CLOUD_RUN_TASK_ATTEMPT\" = 2 ]");
        await cloud.Api.CreateAsync(Job(retries: 3));
        var done = await cloud.Api.CompletedAsync((await cloud.Api.RunAsync("work")).Name);
        Assert.Equal(("True", 1, 1), (Completed(done).Status, done.Status!.SucceededCount, done.Status.RetriedCount));
        Assert.Equal(2, cloud.Events.Snapshot().OfType<ExecutionChanged>().Count(each => each.Change is "retried"));
    }

    [Theory]
    [InlineData("run.googleapis.com/job=work", 2), InlineData("run.googleapis.com/job=other", 0), InlineData("run.googleapis.com/execution", 2)]
    public async Task Tasks_are_chosen_by_their_labels(string selector, int expected)
    {
        await using var cloud = await StartAsync("true");
        await cloud.Api.CreateAsync(Job(tasks: 2));
        await cloud.Api.RunAsync("work");
        var (_, body) = await cloud.Api.RawAsync(HttpMethod.Get, $"/apis/run.googleapis.com/v1/namespaces/local/tasks?labelSelector={Uri.EscapeDataString(selector)}");
        Assert.Equal(expected, System.Text.Json.Nodes.JsonNode.Parse(body)!["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_task_that_fails_too_often_fails_the_execution()
    {
        await using var cloud = await StartAsync("exit 3");
        await cloud.Api.CreateAsync(Job(retries: 1));
        var done = await cloud.Api.CompletedAsync((await cloud.Api.RunAsync("work")).Name);
        Assert.Equal(("False", 1), (Completed(done).Status, done.Status!.FailedCount));
        Assert.Single(cloud.Events.Snapshot().OfType<ExecutionChanged>(), each => each.Change is "retried");
    }

    [Fact]
    public async Task A_task_that_takes_too_long_is_ended_and_has_failed()
    {
        await using var cloud = await StartAsync("exec sleep 1000", timeScale: 50);
        await cloud.Api.CreateAsync(Job(retries: 0, timeoutSeconds: 20));
        var done = await cloud.Api.CompletedAsync((await cloud.Api.RunAsync("work")).Name);
        Assert.Equal("False", Completed(done).Status);
        await cloud.LogAsync("The task took longer than 20 s");
    }

    [Fact]
    public async Task No_more_tasks_run_at_once_than_parallelism_says_and_a_cancelled_one_ends()
    {
        await using var cloud = await StartAsync("exec sleep 1000");
        await cloud.Api.CreateAsync(Job(tasks: 3, parallelism: 1));
        var execution = await cloud.Api.RunAsync("work");
        await cloud.EventAsync<ExecutionChanged>(each => each is { Task: not null, Change: "started" });
        Assert.Single(cloud.Events.Snapshot().OfType<ExecutionChanged>(), each => each is { Task: not null, Change: "started" });
        await cloud.Api.CancelAsync(execution.Name);
        var done = await cloud.Api.CompletedAsync(execution.Name);
        Assert.Equal(("False", "Cancelled"), (Completed(done).Status, Completed(done).Reason));
    }

    [Theory]
    [InlineData(0, null, null, "spec.template.spec.taskCount"), InlineData(-4, null, null, "spec.template.spec.taskCount")]
    [InlineData(null, -4, null, "spec.template.spec.parallelism"), InlineData(null, null, 0, "spec.template.spec.template.spec.timeoutSeconds")]
    public async Task A_number_that_cannot_be_is_refused_by_its_name(int? tasks, int? parallelism, int? timeoutSeconds, string field)
    {
        await using var cloud = await StartAsync("true");
        var (status, _, error) = await cloud.Api.CreateAsync(Job(tasks, parallelism, timeoutSeconds: timeoutSeconds));
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_ARGUMENT"), (status, error!.Status));
        Assert.Contains($"\"{field}\"", error.Details![0].GetRawText());
    }

    [Theory]
    [InlineData("""{"taskCount":-1}""", "overrides.taskCount"), InlineData("""{"taskCount":0}""", "overrides.taskCount"), InlineData("""{"taskCount":4294967297}""", "overrides.taskCount")]
    [InlineData("""{"timeoutSeconds":"0"}""", "overrides.timeoutSeconds"), InlineData("""{"containerOverrides":[null]}""", "overrides.containerOverrides[0]")]
    [InlineData("""{"containerOverrides":[{"args":[null]}]}""", "overrides.containerOverrides[0].args[0]")]
    [InlineData("""{"containerOverrides":[{"env":[{"value":"a"}]}]}""", "overrides.containerOverrides.env.name")]
    public async Task An_override_that_cannot_be_is_refused_by_its_name(string overrides, string field)
    {
        await using var cloud = await StartAsync("true");
        await cloud.Api.CreateAsync(Job());
        var (status, body) = await cloud.Api.RawAsync(HttpMethod.Post, "/apis/run.googleapis.com/v1/namespaces/local/jobs/work:run", $"{{\"overrides\":{overrides}}}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"\"{field}\"", body);
    }

    private static Condition Completed(Execution execution) => ProbeTests.Condition(execution.Status?.Conditions, "Completed");

    private static Task<TestCloud> StartAsync(string script, double timeScale = 1) =>
        TestCloud.StartAsync(timeScale, options => options.Images["example.org/work"] = new("sh", ["-c", script]));

    private static Job Job(int? tasks = null, int? parallelism = null, int? retries = null, int? timeoutSeconds = null) => new()
    {
        ApiVersion = ApiVersions.Jobs,
        Kind = "Job",
        Metadata = new() { Name = "work" },
        Spec = new()
        {
            Template = new()
            {
                Spec = new()
                {
                    TaskCount = tasks,
                    Parallelism = parallelism,
                    Template = new() { Spec = new() { Containers = [new() { Image = "example.org/work" }], MaxRetries = retries, TimeoutSeconds = timeoutSeconds } },
                },
            },
        },
    };
}
