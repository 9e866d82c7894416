using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.EndToEnd.Dependencies;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>A real server whose real database goes away and comes back, seen through its incident.</summary>
public sealed class IncidentTests(SharedDependencies shared)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Fact(Timeout = 180_000)]
    public async Task An_incident_survives_the_database_being_the_thing_that_is_down()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        var connection = await postgres.CreateDatabaseAsync();
        await SharedDependencies.MigrateAsync(connection);
        await using var server = await ServerProcess.StartAsync(new ServerSetup("--Incidents:StabilitySeconds=1")
        {
            Environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Database"] = connection,
                ["ConnectionStrings__Redis"] = shared.RedisAddress(),
            },
        });

        using var live = new StatusStream(server.Port);
        await postgres.StopAsync();
        var open = await IncidentAsync(live, static incident => !incident.TryGetProperty("closedAt", out _) && Roots(incident).Contains("database.refusing"));

        Assert.Equal("readiness_lost", open.GetProperty("rules")[0].GetString());
        var id = open.GetProperty("id").GetString()!;
        Assert.True(File.Exists(Path.Combine(server.DataDirectory, "incidents", $"{id}.json")));
        // The incident, the API and the log say the same.
        var why = await Http.GetFromJsonAsync<JsonElement>(new Uri(server.Address, "/api/why"));
        Assert.Contains("database.refusing", Codes(why));
        Assert.Contains(server.Lines, line => line.Contains($"Incident {id} is open"));

        await postgres.StartAgainAsync();
        var closed = await IncidentAsync(live, incident => incident.GetProperty("id").GetString() == id && incident.TryGetProperty("closedAt", out _));

        Assert.Equal(["opened", "diagnosed"], closed.GetProperty("timeline").EnumerateArray().Take(2).Select(Kind));
        Assert.Equal("closed", Kind(closed.GetProperty("timeline").EnumerateArray().Last()));
        Assert.True(closed.GetProperty("impact").GetProperty("secondsNotReady").GetDouble() > 0);
        Assert.Contains("database.refusing", Roots(closed));
        // What was kept is where it belongs now.
        var name = SharedDependencies.NameOf(connection);
        await live.UntilAsync(async _ =>
            (await postgres.AskAsync(name, $"SELECT body LIKE '%\"closedAt\"%' FROM incidents WHERE id = '{id}'")).Trim() is "t"
            && Directory.GetFiles(Path.Combine(server.DataDirectory, "incidents")).Length == 0);
    }

    [Fact(Timeout = 120_000)]
    public async Task Wrong_questions_get_an_answer_that_says_what_would_be_right()
    {
        await using var server = await ServerProcess.StartAsync();

        await SaysAsync("/api/incidents?limit=many", 400, "limit is 'many'; it must be a number from 1 to 100.");
        await SaysAsync("/api/incidents?before=yesterday", 400, "before is 'yesterday'; it must be a time such as 2026-01-02T03:04:05Z.");
        await SaysAsync("/api/incidents/nothing", 404, "There is no incident 'nothing'.");
        await SaysAsync("/api/why?form=poem", 400, "form is 'poem'; it must be json, text, mermaid or markdown.");

        async Task SaysAsync(string path, int status, string detail)
        {
            using var answer = await Http.GetAsync(new Uri(server.Address, path));
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(detail, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        }
    }

    private static async Task<JsonElement> IncidentAsync(StatusStream live, Func<JsonElement, bool> isWanted)
    {
        var status = await live.UntilAsync(status => Incidents(status).Any(isWanted));
        return Incidents(status).First(isWanted);
    }

    private static IEnumerable<JsonElement> Incidents(JsonElement status) => status.GetProperty("incidents").EnumerateArray();

    private static IEnumerable<string> Roots(JsonElement incident) => incident.TryGetProperty("diagnosis", out var report) ? Codes(report) : [];

    private static IEnumerable<string> Codes(JsonElement report) => report.GetProperty("roots").EnumerateArray().Select(root => root.GetProperty("code").GetString()!);

    private static string Kind(JsonElement entry) => entry.GetProperty("kind").GetString()!;
}
