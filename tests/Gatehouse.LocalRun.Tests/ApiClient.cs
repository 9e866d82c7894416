using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Speaks to any API of this dialect by nothing but HTTP: a local cloud, a Knative, Cloud Run.</summary>
internal sealed class ApiClient(Uri address, string project, HttpClient http)
{
    public string Project => project;

    private string Root => $"{address.ToString().TrimEnd('/')}/apis/serving.knative.dev/v1/namespaces/{project}";

    private string JobRoot => $"{address.ToString().TrimEnd('/')}/apis/run.googleapis.com/v1/namespaces/{project}";

    public Task<Service> ServiceAsync(string name) => GetAsync($"{Root}/services/{name}", ResourceJson.Default.Service);

    public Task<Revision> RevisionAsync(string name) => GetAsync($"{Root}/revisions/{name}", ResourceJson.Default.Revision);

    public Task<ResourceList<Revision>> RevisionsAsync(string query = "") => GetAsync($"{Root}/revisions{query}", ResourceJson.Default.ResourceListRevision);

    public Task<ResourceList<Service>> ServicesAsync(string query = "") => GetAsync($"{Root}/services{query}", ResourceJson.Default.ResourceListService);

    public Task<Route> RouteAsync(string name) => GetAsync($"{Root}/routes/{name}", ResourceJson.Default.Route);

    public Task<Configuration> ConfigurationAsync(string name) => GetAsync($"{Root}/configurations/{name}", ResourceJson.Default.Configuration);

    public Task<(HttpStatusCode Status, Service? Service, GoogleErrorBody? Error)> CreateAsync(Service service, string query = "") =>
        SendAsync(HttpMethod.Post, $"{Root}/services{query}", service, ResourceJson.Default.Service);

    public Task<(HttpStatusCode Status, Service? Service, GoogleErrorBody? Error)> ReplaceAsync(Service service, string query = "") =>
        SendAsync(HttpMethod.Put, $"{Root}/services/{service.Name}{query}", service, ResourceJson.Default.Service);

    public Task<(HttpStatusCode Status, Job? Job, GoogleErrorBody? Error)> CreateAsync(Job job) => SendAsync(HttpMethod.Post, $"{JobRoot}/jobs", job, ResourceJson.Default.Job);

    public Task<Job> JobAsync(string name) => GetAsync($"{JobRoot}/jobs/{name}", ResourceJson.Default.Job);

    public async Task<Execution> RunAsync(string job, string body = "{}")
    {
        using var answer = await http.PostAsync($"{JobRoot}/jobs/{job}:run", new StringContent(body, null, "application/json"), TestCloud.Token);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ResourceJson.Default.Execution, TestCloud.Token))!;
    }

    public async Task<Execution> CancelAsync(string execution)
    {
        using var answer = await http.PostAsync($"{JobRoot}/executions/{execution}:cancel", null, TestCloud.Token);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(ResourceJson.Default.Execution, TestCloud.Token))!;
    }

    /// <summary>Waits as the platform's own tool does: until <c>Completed</c> is true or false.</summary>
    public Task<Execution> CompletedAsync(string execution) => UntilAsync(
        () => GetAsync($"{JobRoot}/executions/{execution}", ResourceJson.Default.Execution),
        now => now.Status?.Conditions?.FirstOrDefault(each => each.Type is "Completed")?.Status is "True" or "False");

    /// <summary>Waits as the platform's own tool does: until the generation is observed and <c>Ready</c> is true or false.</summary>
    public Task<Service> SettledAsync(string name) => UntilAsync(() => ServiceAsync(name), now => now.Status?.ObservedGeneration == now.Metadata.Generation
        && now.Status?.Conditions?.FirstOrDefault(each => each.Type is "Ready")?.Status is "True" or "False");

    public async Task<HttpStatusCode> DeleteAsync(string collection, string name)
    {
        using var answer = await http.DeleteAsync($"{Root}/{collection}/{name}", TestCloud.Token);
        return answer.StatusCode;
    }

    public async Task<(HttpStatusCode Status, string Body)> RawAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{address.ToString().TrimEnd('/')}{path}") { Content = body is null ? null : new StringContent(body, null, "application/json") };
        using var answer = await http.SendAsync(request, TestCloud.Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestCloud.Token));
    }

    private async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> isDone)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var now = await read();
            if (isDone(now)) return now;
            await Task.Delay(TimeSpan.FromMilliseconds(30), patience.Token);
        }
    }

    private async Task<T> GetAsync<T>(string url, JsonTypeInfo<T> type) => (await http.GetFromJsonAsync(url, type, TestCloud.Token))!;

    private async Task<(HttpStatusCode, T?, GoogleErrorBody?)> SendAsync<T>(HttpMethod method, string url, T resource, JsonTypeInfo<T> type)
    {
        using var request = new HttpRequestMessage(method, url) { Content = JsonContent.Create(resource, type) };
        using var answer = await http.SendAsync(request, TestCloud.Token);
        return answer.IsSuccessStatusCode
            ? (answer.StatusCode, await answer.Content.ReadFromJsonAsync(type, TestCloud.Token), null)
            : (answer.StatusCode, default, (await answer.Content.ReadFromJsonAsync(ResourceJson.Default.GoogleError, TestCloud.Token))!.Error);
    }
}
