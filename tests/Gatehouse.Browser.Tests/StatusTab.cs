using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>A tab with the status page.</summary>
internal sealed class StatusTab
{
    private readonly ConcurrentQueue<string> _faults = [];

    private StatusTab(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Hear(message);
        page.PageError += (_, error) => _faults.Enqueue(error);
    }

    public IPage Page { get; }

    public ILocator Verdict => Page.Locator("#verdict-word");

    public ILocator News => Page.Locator("#news");

    public ILocator Incidents => Page.Locator("details.incident");

    public ILocator Instances => Page.Locator("#instances tbody tr");

    /// <summary>What the page said to the console, threw, or was forbidden by its content security policy.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public static Task<StatusTab> OpenAsync(IBrowserContext context, Uri server) => OpenAsync(context, new Uri(server, "/status").ToString());

    public static async Task<StatusTab> OpenAsync(IBrowserContext context, string address)
    {
        var tab = new StatusTab(await context.NewPageAsync());
        await tab.Page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))");
        await tab.Page.GotoAsync(address);
        await Expect(tab.Page.Locator("#content")).ToBeVisibleAsync();
        return tab;
    }

    public ILocator Node(string name) => Page.Locator($"[data-node='{name}']");

    public ILocator Component(string name) => Page.Locator($"[id='node-{name}']");

    /// <summary>Keeps a picture of all of the page, where <c>GATEHOUSE_SCREENSHOTS</c> names a directory.</summary>
    public async Task PictureAsync(string name, bool all = false)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS") is { Length: > 0 } directory)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"status-{name}.png"), FullPage = all });
    }

    // A server that is not there is said by chromium itself, and is what the test has asked for.
    private void Hear(IConsoleMessage message)
    {
        if (message.Type is not ("error" or "warning")) return;
        if (message.Text.Contains("net::ERR_", StringComparison.Ordinal) && message.Location.Contains("/api/status/live", StringComparison.Ordinal)) return;
        _faults.Enqueue($"{message.Type}: {message.Text}");
    }
}
