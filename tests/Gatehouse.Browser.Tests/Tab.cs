using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>A tab with the chat page, by the words of those who use it.</summary>
internal sealed class Tab
{
    private static readonly LocatorAssertionsToHaveAttributeOptions Patient = new() { Timeout = 30_000 };

    private readonly ServerProcess _server;
    private readonly ConcurrentQueue<string> _faults = [];

    private Tab(IPage page, ServerProcess server)
    {
        Page = page;
        _server = server;
        page.Console += (_, message) => Hear(message);
        page.PageError += (_, error) => _faults.Enqueue(error);
    }

    public IPage Page { get; }

    public ILocator Composer => Page.GetByTestId("composer");

    public ILocator Stop => Page.GetByTestId("cancel");

    public ILocator Connection => Page.GetByTestId("connection-state");

    public ILocator Threads => Page.GetByTestId("thread-list").Locator("a");

    public ILocator UserMessages => Page.Locator(".message.user");

    /// <summary>The texts of the agent; a message that only calls tools has none.</summary>
    public ILocator Answers => Page.Locator(".message.assistant:has(.markdown:not([hidden]))");

    public ILocator Calls => Page.Locator("details.call");

    /// <summary>What the page said to the console, threw, or was forbidden by its content security policy.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public string ThreadId => new Uri(Page.Url).Fragment.TrimStart('#');

    /// <summary>Opens the page, at a thread if one is given, and waits for its connection.</summary>
    public static async Task<Tab> OpenAsync(IBrowserContext context, ServerProcess server, string threadId = "")
    {
        var tab = new Tab(await context.NewPageAsync(), server);
        await tab.Page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))");
        await tab.Page.GotoAsync($"{server.Address}{(threadId == "" ? "" : $"#{threadId}")}");
        await tab.IsConnectedAsync();
        return tab;
    }

    public Task IsConnectedAsync() => Expect(Connection).ToHaveAttributeAsync("data-state", "connected", Patient);

    public async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Waits until the last answer is longer than it is, as many times as asked for; each time it is also what it was before.</summary>
    public async Task WatchGrowingAsync(int steps)
    {
        var text = "";
        for (var step = 0; step < steps; step++)
        {
            var longer = await Page.WaitForFunctionAsync(
                """
                length => {
                  const last = [...document.querySelectorAll('.message.assistant')].at(-1);
                  return last?.classList.contains('writing') && last.rawText.length > length && last.rawText;
                }
                """,
                text.Length);
            var grown = await longer.JsonValueAsync<string>();
            Assert.StartsWith(text, grown, StringComparison.Ordinal);
            text = grown;
        }
    }

    /// <summary>Waits until this tab has heard that nothing runs and nothing waits.</summary>
    public async Task IsIdleAsync()
    {
        await IsConnectedAsync();
        await Page.WaitForFunctionAsync(
            """
            () => {
              const { client, chat } = gatehouse;
              const thread = chat.replica;
              return client.state.name === 'connected' && thread?.messages.length > 0 && !thread.run && thread.queued.length === 0 && chat.outgoing.all.length === 0
                && document.querySelector('[data-testid=cancel]').hidden;
            }
            """,
            null, new() { Timeout = 40_000 });
    }

    /// <summary>Waits until this tab has the answer to the last message, whole.</summary>
    public async Task IsAnsweredAsync()
    {
        await Page.WaitForFunctionAsync("() => gatehouse.chat.replica?.messages.at(-1)?.role === 'assistant'");
        await IsIdleAsync();
    }

    /// <summary>Every message as the page holds it, in order.</summary>
    public Task<IReadOnlyList<Said>> HeldAsync() => ReadAsync(
        "() => JSON.stringify(gatehouse.chat.replica.messages.map(({ id, role, content }) => ({ Id: id, Role: role, Text: content ?? '' })))");

    /// <summary>Every message as the page shows it, in order: the exact texts that its elements were made from.</summary>
    public Task<IReadOnlyList<Said>> ShownAsync() => ReadAsync(
        """
        () => JSON.stringify([...document.querySelectorAll('#messages [data-message-id]')]
          .map(({ dataset, rawText }) => ({ Id: dataset.messageId, Role: dataset.role, Text: rawText })))
        """);

    /// <summary>All text of the conversation as it is rendered, opened details included.</summary>
    public Task<string> RenderedAsync() => Page.EvaluateAsync<string>("() => document.getElementById('messages').textContent");

    /// <summary>Keeps a picture for people to look at, where <c>GATEHOUSE_SCREENSHOTS</c> names a directory.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("GATEHOUSE_SCREENSHOTS") is { Length: > 0 } directory)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name}.png") });
    }

    private async Task<IReadOnlyList<Said>> ReadAsync(string script) =>
        JsonSerializer.Deserialize<Said[]>(await Page.EvaluateAsync<string>(script))!;

    // A server that is not there is said by chromium itself, and is what the test has asked for.
    private void Hear(IConsoleMessage message)
    {
        if (message.Type is not ("error" or "warning")) return;
        if (_server.WasKilled && message.Text.StartsWith("WebSocket connection to", StringComparison.Ordinal)) return;
        // What the page asks a killed server for, or was still being told by it.
        if (_server.WasKilled && (message.Location.Contains("/ready", StringComparison.Ordinal) || message.Text.Contains("net::ERR_CONNECTION_", StringComparison.Ordinal))) return;
        _faults.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
    }
}
