using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>Whatever happens to tabs and to the server, every tab ends with what the store has, byte for byte.</summary>
public sealed class ExactlyTheStoreTests(Chromium chromium)
{
    private const string LongQuestion = "Give me a full report – ünïcode, 中文, 👩‍👩‍👧 & <b>markup</b>";

    [Fact]
    public async Task A_reload_a_second_tab_and_a_killed_server_leave_both_tabs_with_the_text_of_the_store()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=100");
        await using var context = await chromium.NewContextAsync();
        var first = await Tab.OpenAsync(context, server);

        await first.SayAsync(LongQuestion);
        await first.WatchGrowingAsync(steps: 5);
        await first.PictureAsync("streaming");
        var threadId = first.ThreadId;

        await first.Page.ReloadAsync();
        await first.WatchGrowingAsync(steps: 3);
        Assert.Equal(threadId, first.ThreadId);

        var second = await Tab.OpenAsync(context, server, threadId);
        await second.WatchGrowingAsync(steps: 3);

        await server.KillAsync();
        Assert.Equal(["running"], StoredThread.RunStatesLeftBehind(server.DatabaseFile, threadId));
        await Expect(first.Connection).Not.ToHaveAttributeAsync("data-state", "connected");
        await Expect(second.Connection).Not.ToHaveAttributeAsync("data-state", "connected");
        await server.AgainAsync();

        await first.IsAnsweredAsync();
        await second.IsAnsweredAsync();
        await EqualsStoreAsync(server, threadId, first, second);
        await HasOneAnswerAsync(first);
        await LooksLikeNewAsync(context, server, threadId, first, second);
        Assert.Empty(first.Faults);
        Assert.Empty(second.Faults);
    }

    private static async Task EqualsStoreAsync(ServerProcess server, string threadId, params Tab[] tabs)
    {
        var stored = StoredThread.Messages(server.DatabaseFile, threadId);
        Assert.Equal(LongQuestion, stored[0].Text);
        Assert.True(stored[^1].Text.Length > 1000, $"The answer is short: {stored[^1].Text}");
        Assert.Equal(stored, await FreshSnapshot.MessagesAsync(server.Address, threadId));
        foreach (var tab in tabs)
        {
            Assert.Equal(stored, await tab.HeldAsync());
            Assert.Equal(stored, await tab.ShownAsync());
        }
    }

    private static Task HasOneAnswerAsync(Tab tab) => Expect(tab.Answers).ToHaveCountAsync(1);

    // What has come in pieces, broken off and come again is drawn like what comes whole.
    private static async Task LooksLikeNewAsync(IBrowserContext context, ServerProcess server, string threadId, params Tab[] tabs)
    {
        var fresh = await Tab.OpenAsync(context, server, threadId);
        await fresh.IsAnsweredAsync();
        var rendered = await fresh.RenderedAsync();
        foreach (var tab in tabs) Assert.Equal(rendered, await tab.RenderedAsync());
    }
}
