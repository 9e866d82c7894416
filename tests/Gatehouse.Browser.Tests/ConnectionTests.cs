using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>What is seen of the connection, and what is said while there is none.</summary>
public sealed class ConnectionTests(Chromium chromium)
{
    [Fact]
    public async Task A_server_that_goes_and_comes_back_is_seen_as_connected_reconnecting_connected()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        await tab.Page.EvaluateAsync(
            """
            () => {
              const shown = document.querySelector('[data-testid=connection-state]');
              window.states = [shown.dataset.state];
              new MutationObserver(() => states.at(-1) === shown.dataset.state || states.push(shown.dataset.state))
                .observe(shown, { attributeFilter: ['data-state'] });
            }
            """);

        await server.KillAsync();
        await Expect(tab.Connection).ToContainTextAsync("Reconnecting");
        await Expect(tab.Connection.Locator(".connection-wait")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^in \d+ s$"));
        await tab.PictureAsync("reconnecting");
        await server.AgainAsync();
        // As an event: the page may connect by itself, and hide the button, before a hand could reach it.
        await tab.Connection.Locator(".connection-retry").DispatchEventAsync("click");
        await tab.IsConnectedAsync();

        // "starting" is seen between, if the page comes before the graph is ready.
        var seen = await tab.Page.EvaluateAsync<string[]>("() => states");
        Assert.Equal(["connected", "reconnecting", "connected"], seen.Where(state => state != "starting"));
        Assert.True(Array.IndexOf(seen, "starting") is -1 or 2, string.Join(", ", seen));
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task A_server_that_starts_slowly_is_said_to_be_starting_with_what_it_waits_for()
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world"));
        server.SetWorld("up");
        await server.ReadyAsync();
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);

        await server.KillAsync();
        server.SetWorld("down");
        server.LaunchAgain();
        await server.ListeningAsync();
        await Expect(tab.Connection.GetByRole(Microsoft.Playwright.AriaRole.Status)).ToHaveTextAsync("The server is starting (waiting for world)");
        await Expect(tab.Connection).ToHaveAttributeAsync("data-state", "starting");
        await tab.PictureAsync("starting");
        await tab.Page.SetViewportSizeAsync(360, 640);
        await tab.Page.WaitForFunctionAsync("() => document.getAnimations().every(each => !(each instanceof CSSTransition))");
        await tab.PictureAsync("starting-narrow");
        Assert.True(await tab.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        server.SetWorld("up");
        await tab.IsConnectedAsync();
        await Expect(tab.Connection).ToContainTextAsync("Connected");
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task A_message_that_is_sent_while_the_server_is_away_is_answered_once_when_it_is_back()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        await tab.SayAsync("What can you do?");
        await tab.IsAnsweredAsync();

        await server.KillAsync();
        await Expect(tab.Connection).Not.ToHaveAttributeAsync("data-state", "connected");
        await tab.SayAsync("How many connections are there?");
        await Expect(tab.UserMessages.Last).ToHaveAttributeAsync("data-state", "sending");
        await server.AgainAsync();
        await tab.IsAnsweredAsync();

        await Expect(tab.UserMessages).ToHaveTextAsync(["What can you do?", "How many connections are there?"]);
        Assert.Equal(StoredThread.Messages(server.DatabaseFile, tab.ThreadId), await tab.ShownAsync());
        Assert.Empty(tab.Faults);
    }
}
