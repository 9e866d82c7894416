using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Services;

namespace Gatehouse.LocalRun.Jobs;

/// <summary>All jobs and their executions: what the API does to them. Safe to use from any thread.</summary>
internal sealed class JobRegistry(Platform platform, string project)
{
    private readonly Lock _gate = new();        // guards all below
    private readonly SortedDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly List<ExecutionRun> _executions = [];
    private readonly List<Task> _deleted = [];
    private long _version = 1;

    public string Project => project;

    public Job Create(Job job)
    {
        JobValidation.Check(job);
        lock (_gate)
        {
            if (_jobs.ContainsKey(job.Name)) throw ApiException.AlreadyThere("Job", job.Name);
            return ToResourceLocked(_jobs[job.Name] = Stored(job, Guid.NewGuid().ToString(), platform.Clock.GetUtcNow(), 1));
        }
    }

    public Job Replace(string name, Job job)
    {
        if (job.Name != name) throw ApiException.Invalid("metadata.name", $"The name in the body ('{job.Name}') is not the one in the path ('{name}').");
        JobValidation.Check(job);
        lock (_gate)
        {
            var before = FindLocked(name).Metadata;
            if (job.Metadata.ResourceVersion is { Length: > 0 } given && given != before.ResourceVersion) throw ApiException.Conflict(name, given, before.ResourceVersion!);
            return ToResourceLocked(_jobs[name] = Stored(job, before.Uid!, before.CreationTimestamp!.Value, before.Generation!.Value + 1));
        }
    }

    public Job Get(string name)
    {
        lock (_gate) return ToResourceLocked(FindLocked(name));
    }

    public IReadOnlyList<Job> List()
    {
        lock (_gate) return [.. _jobs.Values.Select(ToResourceLocked)];
    }

    /// <summary>Its executions end with it.</summary>
    public void Delete(string name)
    {
        lock (_gate)
        {
            _jobs.Remove(FindLocked(name).Name);
            foreach (var execution in _executions.Where(each => each.JobName == name).ToList()) RemoveLocked(execution);
        }
    }

    public Execution Run(string name, string overrides)
    {
        lock (_gate)
        {
            var job = FindLocked(name);
            var execution = new ExecutionRun(job, $"{name}-{RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", 5)}", RunOverrides.Apply(overrides, job.Spec.Template.Spec), platform);
            _executions.Add(execution);
            execution.Start();
            return execution.ToResource(project);
        }
    }

    public Execution Execution(string name)
    {
        lock (_gate) return FindExecutionLocked(name).ToResource(project);
    }

    public IReadOnlyList<Execution> Executions()
    {
        lock (_gate) return [.. _executions.Select(each => each.ToResource(project))];
    }

    public Execution Cancel(string name)
    {
        lock (_gate)
        {
            var execution = FindExecutionLocked(name);
            execution.Cancel();
            return execution.ToResource(project);
        }
    }

    public void DeleteExecution(string name)
    {
        lock (_gate) RemoveLocked(FindExecutionLocked(name));
    }

    public JsonObject Tasks(LabelSelector selector)
    {
        lock (_gate)
        {
            var all = new JsonArray();
            foreach (var task in _executions.Where(each => selector.Matches(each.TaskLabels)).SelectMany(each => each.TasksToJson(project)).ToList()) all.Add(task?.DeepClone());
            return new() { ["apiVersion"] = ApiVersions.Jobs, ["kind"] = "TaskList", ["items"] = all };
        }
    }

    /// <summary>Done when an execution is over.</summary>
    public Task EndOf(string execution)
    {
        lock (_gate) return FindExecutionLocked(execution).Ended;
    }

    public async Task CloseAsync()
    {
        Task[] all;
        lock (_gate)
        {
            foreach (var each in _executions) each.Cancel();
            all = [.. _deleted, .. _executions.Select(each => each.Ended)];
        }
        await Task.WhenAll(all);
    }

    private Job Stored(Job job, string uid, DateTimeOffset createdAt, long generation) => job with
    {
        ApiVersion = ApiVersions.Jobs,
        Kind = "Job",
        Metadata = job.Metadata with
        {
            Namespace = project,
            Uid = uid,
            CreationTimestamp = createdAt,
            Generation = generation,
            ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture),
        },
    };

    private Job ToResourceLocked(Job job)
    {
        var own = _executions.Where(each => each.JobName == job.Name).ToList();
        return job with
        {
            Status = new()
            {
                ObservedGeneration = job.Metadata.Generation,
                Conditions = [new Conditions(job.Metadata.CreationTimestamp!.Value).True("Ready")],
                ExecutionCount = own.Count is 0 ? null : own.Count,
                LatestCreatedExecution = own is [.., var last] ? new() { Name = last.Name, CreationTimestamp = last.BeganAt, CompletionTimestamp = last.EndedAt } : null,
            },
        };
    }

    private void RemoveLocked(ExecutionRun execution)
    {
        execution.Cancel();
        _executions.Remove(execution);
        _deleted.Add(execution.Ended);
    }

    private Job FindLocked(string name) => _jobs.GetValueOrDefault(name) ?? throw ApiException.NotFound("Job", name);

    private ExecutionRun FindExecutionLocked(string name) => _executions.Find(each => each.Name == name) ?? throw ApiException.NotFound("Execution", name);
}
