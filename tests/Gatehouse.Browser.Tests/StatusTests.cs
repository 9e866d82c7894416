using System.Text.RegularExpressions;
using Gatehouse.Testing.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>What the status page shows of a real server's life, live.</summary>
public sealed partial class StatusTests(Chromium chromium)
{
    private static readonly LocatorAssertionsToHaveTextOptions Patient = new() { Timeout = 30_000 };
    private static readonly BrowserNewContextOptions Wall = new() { ViewportSize = new() { Width = 1920, Height = 1080 } };

    [Fact]
    public async Task A_server_is_seen_to_wait_to_be_ready_to_fall_and_to_mend_with_its_incident()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Incidents:StabilitySeconds=1"));
        server.SetWorld("down");
        await server.ListeningAsync();
        await using var context = await chromium.NewContextAsync(Wall);
        var tab = await StatusTab.OpenAsync(context, server.Address);
        await Expect(tab.Verdict).ToHaveTextAsync(StartingWords(), Patient);
        await Expect(tab.News).ToHaveTextAsync("Live");
        await Expect(tab.Node("chat")).ToHaveAttributeAsync("data-state", "ready");
        await Expect(tab.Component("world")).ToContainTextAsync("The world is not there yet.");
        await Expect(tab.Page.Locator("#startup-total")).ToContainTextAsync("running for");
        await tab.PictureAsync("waiting");

        server.SetWorld("up");
        await Expect(tab.Verdict).ToHaveTextAsync("Ready", Patient);
        await Expect(tab.Page.Locator("#startup-total")).ToContainTextAsync("ready in");
        await Expect(tab.Page.Locator("#critical")).ToHaveTextAsync("Critical path: world");
        await Expect(tab.Page.Locator(".gantt-row[data-critical]")).ToHaveCountAsync(1);
        await Expect(tab.Instances).ToHaveCountAsync(1);
        await Expect(tab.Page.Locator(".measure").First).ToContainTextAsync("no traffic");
        await Expect(tab.Incidents).ToHaveCountAsync(0);
        await tab.PictureAsync("ready");

        server.SetWorld("down");
        await Expect(tab.Verdict).ToHaveTextAsync("Not ready", Patient);
        await Expect(tab.Node("world")).ToHaveAttributeAsync("data-state", "failed");
        await Expect(tab.Incidents.Locator(".word")).ToHaveTextAsync(["Open"], new() { Timeout = 30_000 });
        await tab.PictureAsync("fallen");
        server.SetWorld("up");
        await Expect(tab.Incidents.Locator(".word")).ToHaveTextAsync(["Closed"], new() { Timeout = 40_000 });
        await Expect(tab.Verdict).ToHaveTextAsync("Ready", Patient);
        await tab.Incidents.Locator("summary").ClickAsync();
        await Expect(tab.Incidents.Locator(".whys .whys").First).ToBeVisibleAsync();
        await tab.PictureAsync("incident-closed");
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task A_page_without_news_says_since_when_and_comes_back_and_the_copy_on_the_disk_says_what_it_is()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var tab = await StatusTab.OpenAsync(context, server.Address);
        await Expect(tab.Verdict).ToHaveTextAsync("Ready", Patient);
        await tab.Component("database").Locator("summary").ClickAsync();
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());
        await Expect(tab.News).ToHaveTextAsync(new Regex(@"^No news since \d\d:\d\d:\d\d \("), Patient);
        await Expect(tab.Verdict).ToHaveTextAsync(new Regex("^Last known: "));
        await tab.PictureAsync("lost");

        var copy = await StatusTab.OpenAsync(context, new Uri(Path.Combine(server.DataDirectory, "status.html")).ToString());
        await Expect(copy.News).ToHaveTextAsync(new Regex(@"^Snapshot of \d\d:\d\d:\d\d: written by the server, not live$"));
        await Expect(copy.Verdict).ToHaveTextAsync(new Regex("^At that time: "));
        await Expect(copy.Node("chat")).ToBeVisibleAsync();
        await copy.Node("database").ClickAsync();
        await Expect(copy.Component("database").Locator(".facts")).ToBeVisibleAsync();
        Assert.False(await copy.Page.EvaluateAsync<bool>("() => performance.getEntriesByType('resource').some(({ name }) => !name.startsWith('data:'))"));
        await copy.PictureAsync("snapshot");

        await server.AgainAsync();
        await Expect(tab.News).ToHaveTextAsync("Live", Patient);
        await Expect(tab.Verdict).ToHaveTextAsync("Ready", Patient);
        // What was unfolded still is.
        await Expect(tab.Component("database").Locator(".facts")).ToBeVisibleAsync();
        Assert.Empty(tab.Faults);
        Assert.Empty(copy.Faults);
    }

    [Fact]
    public async Task A_server_that_is_told_to_end_is_seen_to_drain_while_somebody_stays()
    {
        // With a Redis there are others to go to, and it waits for those who are here.
        await using var postgres = await PostgresServer.StartAsync();
        await using var redis = await RedisServer.StartAsync();
        var setup = new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = postgres.ConnectionString(), ["ConnectionStrings__Redis"] = redis.Endpoint, ["Drain__Seconds"] = "60" },
        };
        await using var migration = ChildProcess.Start(new(setup.Program, "migrate") { Environment = setup.Environment });
        Assert.Equal(0, await migration.ExitAsync());
        await using var server = await ServerProcess.StartAsync(setup);
        await using var context = await chromium.NewContextAsync(Wall);
        var tab = await StatusTab.OpenAsync(context, server.Address);
        await Expect(tab.Verdict).ToHaveTextAsync("Ready", Patient);
        // Hears the goaway, and does not go.
        await using var stays = await WireClient.ConnectAsync(server.Port);
        server.Terminate();
        await Expect(tab.Verdict).ToHaveTextAsync("Draining", Patient);
        await Expect(tab.Page.Locator("#verdict-text")).ToHaveTextAsync("Takes no newcomers: The process is stopping. The instance drains, as it was told to; nothing is wrong.");
        await Expect(tab.Page.Locator("#connections")).ToHaveTextAsync("0 open here · 1 draining");
        await tab.PictureAsync("draining");
        await stays.DisposeAsync();
        Assert.Equal(0, await server.ExitAsync());
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task The_chat_page_leads_there()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(server.Address.ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = "Status of this service" }).ClickAsync();
        await Expect(page.Locator("#verdict-word")).ToHaveTextAsync("Ready", Patient);
    }

    [GeneratedRegex("^(Starting|Cannot start yet)$")]
    private static partial Regex StartingWords();
}
