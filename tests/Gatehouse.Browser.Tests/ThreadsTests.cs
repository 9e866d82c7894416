using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>Several chats, found again by the list and by the address.</summary>
public sealed class ThreadsTests(Chromium chromium)
{
    private const string First = "What can you do?";
    private const string Second = "How many connections are there?";

    [Fact]
    public async Task The_list_has_every_chat_and_the_address_keeps_the_one_that_is_open()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        var other = await Tab.OpenAsync(context, server);

        await tab.SayAsync(First);
        await tab.IsAnsweredAsync();
        var first = tab.ThreadId;
        await tab.Page.GetByTestId("new-thread").ClickAsync();
        await Expect(tab.Page.Locator("#welcome")).ToBeVisibleAsync();
        await tab.SayAsync(Second);
        await tab.IsAnsweredAsync();
        Assert.NotEqual(first, tab.ThreadId);
        await ShowsAsync(tab);
        await ShowsAsync(other);

        await tab.Page.ReloadAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync([Second]);
        await tab.Threads.Last.ClickAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync([First]);
        Assert.Equal(first, tab.ThreadId);
        await Expect(tab.Page).ToHaveTitleAsync($"{First} · Gatehouse");
        await tab.Page.GoBackAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync([Second]);
        Assert.Empty(tab.Faults);
        Assert.Empty(other.Faults);
    }

    [Fact]
    public async Task A_chat_that_hears_an_old_message_while_another_is_open_has_its_whole_history()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        await tab.SayAsync(First);
        await tab.IsAnsweredAsync();
        await server.KillAsync();
        await Expect(tab.Connection).Not.ToHaveAttributeAsync("data-state", "connected");
        await tab.SayAsync(Second);
        var threadId = tab.ThreadId;
        await server.AgainAsync();

        // The page is opened again, at no thread, by a tab that remembers what it has not delivered.
        await tab.Page.EvaluateAsync("() => history.replaceState(null, '', '/')");
        await tab.Page.ReloadAsync();
        await tab.IsConnectedAsync();
        await tab.Page.WaitForFunctionAsync("() => gatehouse.chat.outgoing.all.length === 0");
        await tab.Threads.First.ClickAsync();

        await tab.IsAnsweredAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync([First, Second]);
        Assert.Equal(await FreshSnapshot.MessagesAsync(server.Address, threadId), await tab.ShownAsync());
        Assert.Empty(tab.Faults);
    }

    private static async Task ShowsAsync(Tab tab)
    {
        await Expect(tab.Threads.Locator(".thread-title")).ToHaveTextAsync([Second, First]);
        await Expect(tab.Page.Locator("[data-running]")).ToHaveCountAsync(0);
    }
}
