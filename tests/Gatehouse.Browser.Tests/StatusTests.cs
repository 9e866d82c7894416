using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>The status page in every state that a server can be in, live, on a wall, in the dark, on a phone, and without a server.</summary>
public sealed class StatusTests(Chromium chromium)
{
    private static readonly HttpClient Http = new();

    [Fact(Timeout = 180_000)]
    public async Task It_follows_a_server_from_its_start_over_a_fall_with_its_incident_to_its_end_and_remains_without_it()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Incidents:StabilitySeconds=1"));
        server.SetWorld("down");
        await server.ListeningAsync();
        await using var context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        var (page, faults) = await OpenAsync(context, new(server.Address, "/status"));

        // Starting: the node that is waited for is red, its cause is told, the start is not over.
        await Expect(page.Locator("#verdict")).ToHaveAttributeAsync("data-state", "starting");
        await Expect(Node(page, "world")).ToHaveAttributeAsync("data-state", "failed");
        await Expect(page.Locator("#nodes details[data-key=world] .reason")).ToHaveTextAsync("The world is not there yet.");
        await Expect(page.Locator("#start")).ToContainTextAsync("The start is not over.");
        await PictureAsync(page, "status-starting");

        // Ready, without a reload.
        server.SetWorld("up");
        await Expect(page.Locator("#verdict")).ToHaveAttributeAsync("data-state", "ready");
        await Expect(page.Locator("#verdict-word")).ToHaveTextAsync("Ready");
        await Expect(Node(page, "world")).ToHaveAttributeAsync("data-state", "ready");
        await Expect(page.Locator("#start")).ToContainTextAsync("Critical path:");
        await Expect(page.Locator("#incidents")).ToContainTextAsync("There has been no incident.");
        await PictureAsync(page, "status-ready");

        // A fall, and its incident with the whys folded.
        server.SetWorld("down");
        await Expect(page.Locator("#verdict")).ToHaveAttributeAsync("data-state", "not ready");
        var incident = page.Locator("#incidents details");
        await Expect(incident.Locator(".badge").First).ToHaveTextAsync("open");
        await Expect(incident.Locator(".whys").First).ToBeHiddenAsync();
        await incident.Locator("summary").ClickAsync();
        await Expect(incident.Locator(".whys").First).ToContainTextAsync("Why is world not well?");
        await PictureAsync(page, "status-fallen");

        // Mended: the incident is closed by itself, and what was unfolded stays so.
        server.SetWorld("up");
        await Expect(incident.Locator(".badge").First).ToHaveTextAsync("closed");
        await Expect(incident.Locator(".whys").First).ToBeVisibleAsync();
        await Expect(page.Locator("#verdict")).ToHaveAttributeAsync("data-state", "ready");
        await PictureAsync(page, "status-mended");
        Assert.Empty(faults);

        // Gone: the page does not pretend, and the copy on the disk needs nobody.
        server.Terminate();
        await server.ExitAsync();
        await Expect(page.Locator("#news")).ToContainTextAsync("no news for", new() { Timeout = 40_000 });
        await PictureAsync(page, "status-gone");
        await page.GotoAsync($"file://{Path.Combine(server.DataDirectory, "status.html")}");
        await Expect(page.Locator("#news-name")).ToHaveTextAsync("Snapshot of");
        await Expect(page.Locator("#verdict-word")).ToContainTextAsync("Was ");
        await Expect(Node(page, "world")).ToBeVisibleAsync();
        await Expect(page.Locator("#incidents .badge").First).ToHaveTextAsync("closed");
        await PictureAsync(page, "status-snapshot");
    }

    [Fact(Timeout = 120_000)]
    public async Task The_graph_is_worked_by_keyboard_and_leads_to_the_component()
    {
        await using var server = await ServerProcess.StartAsync();
        await using var context = await chromium.NewContextAsync();
        var (page, faults) = await OpenAsync(context, new(server.Address, "/status"));
        await Expect(Node(page, "chat")).ToBeVisibleAsync();

        await Node(page, "schema").FocusAsync();
        await Expect(page.Locator("#graph .edge.on")).ToHaveCountAsync(3);      // configuration → database → schema → chat
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#nodes details[data-key=schema]")).ToHaveAttributeAsync("open", "");
        await Expect(page.Locator("#nodes details[data-key=schema] > summary")).ToBeFocusedAsync();
        await Expect(page.Locator("#nodes details[data-key=schema] .events li").First).ToContainTextAsync("ready");
        Assert.Empty(faults);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("status-dark", 1920, 1080, true)]
    [InlineData("status-phone", 390, 844, false)]
    public async Task It_is_good_in_the_dark_and_on_a_phone(string name, int width, int height, bool dark)
    {
        await using var server = await ServerProcess.StartAsync();
        await using var context = await chromium.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        var (page, faults) = await OpenAsync(context, new(server.Address, "/status"));
        await Expect(Node(page, "chat")).ToBeVisibleAsync();

        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");
        await PictureAsync(page, name);
        Assert.Empty(faults);
    }

    [Fact(Timeout = 120_000)]
    public async Task Many_instances_a_drain_a_large_graph_and_hostile_words_are_shown_as_what_they_are()
    {
        await using var server = await ServerProcess.StartAsync();
        var status = JsonNode.Parse(await Http.GetStringAsync(new Uri(server.Address, "/api/status")))!.AsObject();
        const string Hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";
        status["withdrawn"] = Hostile;
        status["ready"] = false;
        var instance = status["instances"]![0]!;
        for (var i = 0; i < 40; i++)
        {
            var other = instance.DeepClone();
            (other["id"], other["open"], other["ready"]) = ($"instance-{i} {Hostile}", i * 100, i % 7 != 0);
            status["instances"]!.AsArray().Add(other);
        }
        var node = status["nodes"]![0]!;
        for (var i = 0; i < 35; i++)
        {
            var other = node.DeepClone();
            (other["name"], other["state"], other["reason"]) = ($"node-{i}", i % 5 == 0 ? "failed" : "ready", i % 5 == 0 ? Hostile : null);
            other["after"] = new JsonArray(new JsonObject { ["node"] = i < 6 ? "configuration" : $"node-{i - 6}", ["strength"] = i % 3 == 0 ? "soft" : "hard" });
            status["nodes"]!.AsArray().Add(other);
        }
        await using var context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        var page = await context.NewPageAsync();
        var dialogs = 0;
        page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };
        await page.RouteAsync("**/api/status/live", route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = $"data: {status.ToJsonString()}\n\n" }));

        await page.GotoAsync(new Uri(server.Address, "/status").ToString());

        await Expect(page.Locator("#verdict")).ToHaveAttributeAsync("data-state", "draining");
        await Expect(page.Locator("#summary")).ToHaveTextAsync(Hostile);
        await Expect(page.Locator("#instances tbody tr")).ToHaveCountAsync(41);
        await Expect(page.Locator("#graph .node")).ToHaveCountAsync(status["nodes"]!.AsArray().Count);
        await PictureAsync(page, "status-many");
        Assert.Equal(0, dialogs);
        Assert.Equal(0, await page.Locator("img").CountAsync());
    }

    private static ILocator Node(IPage page, string name) => page.Locator($"#graph .node[data-key='{name}']");

    private static async Task<(IPage Page, List<string> Faults)> OpenAsync(IBrowserContext context, Uri address)
    {
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") faults.Add(message.Text);
        };
        await page.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))");
        await page.GotoAsync(address.ToString());
        return (page, faults);
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS") is { Length: > 0 } directory)
            await page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name}.png") });
    }
}
