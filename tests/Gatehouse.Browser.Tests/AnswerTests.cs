using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>What can be done with an answer: stop it, ask more meanwhile, look at what it is made from.</summary>
public sealed class AnswerTests(Chromium chromium)
{
    [Fact]
    public async Task Button_and_Escape_stop_the_answer_where_it_is()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=50");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);

        await tab.SayAsync("Give me a full report");
        await tab.WatchGrowingAsync(steps: 2);
        await tab.Stop.ClickAsync();
        await IsStoppedAsync(server, tab);
        await Expect(tab.Composer).ToBeFocusedAsync();

        await tab.SayAsync("Give me a full report again");
        await tab.WatchGrowingAsync(steps: 2);
        await tab.Page.Keyboard.PressAsync("Escape");
        await IsStoppedAsync(server, tab);
        await tab.PictureAsync("stopped");
        Assert.Empty(tab.Faults);
    }

    [Fact]
    public async Task A_second_message_waits_for_the_first_answer_and_can_be_cancelled()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=50");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        await tab.SayAsync("Give me a full report");
        await tab.WatchGrowingAsync(steps: 2);

        await tab.SayAsync("How many connections are there?");
        await tab.SayAsync("What can you do?");
        var waiting = tab.Page.Locator(".message.user[data-state=waiting]");
        await Expect(waiting).ToHaveCountAsync(2);
        await tab.PictureAsync("queued");
        var other = await Tab.OpenAsync(context, server, tab.ThreadId);
        await Expect(other.Page.Locator(".message.user[data-state=waiting]")).ToHaveCountAsync(2);

        await waiting.Last.GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();
        await Expect(tab.Page.Locator(".message.user[data-state=cancelled]")).ToContainTextAsync("What can you do?");
        await Expect(waiting).ToHaveCountAsync(1);
        await tab.Stop.ClickAsync();

        await tab.IsIdleAsync();
        await other.IsIdleAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync(["Give me a full report", "How many connections are there?", "What can you do?"]);
        await Expect(tab.Answers).ToHaveCountAsync(2);
        await Expect(tab.Answers.Last).ToContainTextAsync("connections are open");
        Assert.Equal(await tab.ShownAsync(), await other.ShownAsync());
        Assert.Equal(await FreshSnapshot.MessagesAsync(server.Address, tab.ThreadId), await tab.ShownAsync());
        Assert.Empty(tab.Faults);
        Assert.Empty(other.Faults);
    }

    [Fact]
    public async Task A_tool_call_opens_to_its_arguments_and_its_result()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        await tab.SayAsync("Why is it not ready?");
        await tab.IsAnsweredAsync();

        var call = tab.Calls.First;
        await Expect(call.Locator("section").First).ToBeHiddenAsync();
        await call.Locator("summary").ClickAsync();
        await Expect(call.Locator("section").First).ToContainTextAsync("{}");
        await Expect(call.Locator(".call-result pre")).ToContainTextAsync("\"configuration\"");
        await Expect(call).ToHaveAttributeAsync("data-state", "done");
        await tab.PictureAsync("tool-call");
        Assert.Empty(tab.Faults);
    }

    private static async Task IsStoppedAsync(ServerProcess server, Tab tab)
    {
        await Expect(tab.Page.Locator(".notice")).ToHaveTextAsync("Stopped");
        await Expect(tab.Stop).ToBeHiddenAsync();
        Assert.Equal(StoredThread.Messages(server.DatabaseFile, tab.ThreadId), await tab.ShownAsync());
    }
}
