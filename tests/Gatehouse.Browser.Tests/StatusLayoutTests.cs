using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>The status page with what a server is only seldom: it fits, stays where it is, can be used without a mouse, and believes nobody.</summary>
public sealed class StatusLayoutTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>";

    [Theory]
    [InlineData("light", 1920, 1080)]
    [InlineData("dark", 1920, 1080)]
    [InlineData("light", 1280, 800)]
    [InlineData("dark", 390, 844)]
    [InlineData("light", 390, 844)]
    [InlineData("light", 320, 640)]
    public async Task The_page_fits(string scheme, int width, int height)
    {
        await using var site = new PreparedSite(Fallen());
        await using var context = await chromium.NewContextAsync(new()
        {
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
        });
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await FitsAsync(tab, $"{scheme}-{width}");
        await tab.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(each => each.open = true)");
        await FitsAsync(tab, $"{scheme}-{width}-open");
        site.Send(Many());
        await Expect(tab.Instances).ToHaveCountAsync(40);
        await FitsAsync(tab, $"{scheme}-{width}-many");
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task On_a_wall_all_that_matters_is_seen_without_scrolling()
    {
        await using var site = new PreparedSite(PreparedSite.Status());
        await using var context = await chromium.NewContextAsync(new() { ViewportSize = new() { Width = 1920, Height = 1080 } });
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await Expect(tab.Verdict).ToHaveTextAsync("Ready, with an open incident");
        foreach (var part in new[] { "#verdict", "#graph", "#measures", "#components", "#startup", "details.incident[data-incident=open]" })
            await Expect(tab.Page.Locator(part)).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(tab.Incidents.Locator(".word")).ToHaveTextAsync(["Open", "Closed"]);
        await tab.PictureAsync("wall");
    }

    [Fact]
    public async Task Who_drains_takes_no_newcomers()
    {
        var status = PreparedSite.Status();
        (status["ready"], status["withdrawn"]) = (false, "the process is stopping");
        status["connections"] = new JsonObject { ["open"] = 0, ["held"] = 0, ["draining"] = 240 };
        await using var site = new PreparedSite(status);
        await using var context = await chromium.NewContextAsync();
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await Expect(tab.Verdict).ToHaveTextAsync("Draining");
        await Expect(tab.Page.Locator("#verdict-text")).ToContainTextAsync("Takes no newcomers: the process is stopping.");
        await Expect(tab.Page.Locator("#connections")).ToHaveTextAsync("0 open here · 240 draining");
        await tab.PictureAsync("draining");
    }

    [Fact]
    public async Task An_update_moves_nothing_and_takes_neither_focus_nor_what_is_unfolded()
    {
        var status = PreparedSite.Status();
        await using var site = new PreparedSite(status);
        await using var context = await chromium.NewContextAsync();
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await tab.Page.EvaluateAsync(
            """
            () => {
              window.shift = 0;
              new PerformanceObserver(list => list.getEntries().forEach(({ value }) => shift += value)).observe({ type: 'layout-shift', buffered: false });
              document.getElementById('node-schema').open = true;
              document.querySelector('#node-schema summary').focus();
              window.kept = document.activeElement;
            }
            """);
        await tab.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => setTimeout(() => { shift = 0; done(); }, 100)))");
        status["measures"]![0]!["value"] = 97.123;
        status["nodes"]![3]!["state"] = "failed";
        status["connections"]!["open"] = 9;
        site.Send(status);
        await Expect(tab.Page.Locator("#connections")).ToHaveTextAsync("9 open here");
        await Expect(tab.Node("schema")).ToHaveAttributeAsync("data-state", "failed");
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.activeElement === kept && document.getElementById('node-schema').open"));
        Assert.Equal(0, await tab.Page.EvaluateAsync<double>("() => shift"), 3);
        Assert.Equal(1, await tab.Page.Locator("[aria-live=polite]").CountAsync());
    }

    [Fact]
    public async Task All_of_it_can_be_reached_by_the_keyboard()
    {
        await using var site = new PreparedSite(PreparedSite.Status());
        await using var context = await chromium.NewContextAsync();
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Node("configuration")).ToBeFocusedAsync();
        await tab.Node("schema").FocusAsync();
        await Expect(tab.Page.Locator(".node[data-lit=lit]")).ToHaveCountAsync(6);
        await Expect(tab.Node("provider")).ToHaveAttributeAsync("data-lit", "unlit");
        await tab.PictureAsync("chain");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Component("schema").Locator(".history")).ToBeVisibleAsync();
        await Expect(tab.Component("schema").Locator("summary")).ToBeFocusedAsync();
        await Expect(tab.Page.Locator("[data-lit]")).ToHaveCountAsync(0);
        await tab.Incidents.First.Locator("summary").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.PressAsync("Tab");
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Expect(tab.Incidents.First.Locator(".copy").First).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Page.Locator("#copied")).ToHaveTextAsync("Copied");
        Assert.Equal("gatehouse-server migrate --database <connection>", await tab.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await tab.PictureAsync("whys", all: true);
    }

    [Fact]
    public async Task A_hostile_text_is_text()
    {
        var status = PreparedSite.Status();
        status["summary"] = Hostile;
        status["instance"] = Hostile;
        status["nodes"]![3]!["reason"] = Hostile;
        status["nodes"]![3]!["name"] = Hostile;
        status["incidents"]![0]!["title"] = Hostile;
        status["incidents"]![0]!["diagnosis"]!["chain"]!["answer"] = Hostile;
        status["measures"]![0]!["title"] = Hostile;
        await using var site = new PreparedSite(status);
        await using var context = await chromium.NewContextAsync();
        var tab = await StatusTab.OpenAsync(context, site.Address);
        await Expect(tab.Page.Locator("#verdict-text")).ToHaveTextAsync(Hostile);
        await Expect(tab.Page.Locator(".answer").First).ToContainTextAsync(Hostile);
        Assert.Equal(0, await tab.Page.Locator("img, body script").CountAsync());
        Assert.DoesNotContain("owned", await tab.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(tab.Faults);
    }

    private static JsonObject Fallen()
    {
        var status = PreparedSite.Status();
        status["ready"] = false;
        var schema = status["nodes"]![3]!;
        (schema["state"], schema["reason"]) = ("failed", $"Waiting for migration 0004_agent_executions: {new string('W', 200)}");
        foreach (var index in new[] { 5, 6, 7 })
            (status["nodes"]![index]!["state"], status["nodes"]![index]!["waitingOn"]) = ("waiting", new JsonArray("schema"));
        return status;
    }

    private static JsonObject Many()
    {
        var status = PreparedSite.Status();
        var node = status["nodes"]![0]!;
        status["nodes"] = new JsonArray([.. Enumerable.Range(0, 40).Select(index =>
        {
            var made = node.DeepClone();
            made["name"] = $"component-{index}";
            made["after"] = new JsonArray([.. new[] { index - 8, index - 7 }.Where(before => index >= 8 && before / 8 == index / 8 - 1)
                .Select(before => new JsonObject { ["node"] = $"component-{before}", ["strength"] = index % 5 == 0 ? "soft" : "hard" })]);
            return made;
        })]);
        var instance = status["instances"]![0]!;
        status["instances"] = new JsonArray([.. Enumerable.Range(0, 40).Select(index =>
        {
            var made = instance.DeepClone();
            (made["id"], made["ready"], made["open"]) = ($"agent-chat-{index:x4}-7d1c4f00a", index % 11 != 3, 1000 + index);
            return made;
        })]);
        return status;
    }

    // An element may be wider than the screen only inside of one that scrolls.
    private static async Task FitsAsync(StatusTab tab, string name)
    {
        await tab.PictureAsync(name, all: true);
        var outside = await tab.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('body *')]
              .filter(each => each.checkVisibility() && !each.closest('.scroll *, svg *, .unseen'))
              .filter(each => { const { left, right, width } = each.getBoundingClientRect(); return width > 1 && (left < -0.5 || right > document.documentElement.clientWidth + 0.5); })
              .map(each => each.outerHTML.slice(0, 120))
            """);
        Assert.Empty(outside);
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page scrolls sideways.");
    }
}
