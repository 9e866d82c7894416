using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>The page without a mouse.</summary>
public sealed class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task Everything_can_be_reached_and_done_by_keyboard()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);
        var keyboard = tab.Page.Keyboard;

        await Expect(tab.Composer).ToBeFocusedAsync();
        await keyboard.TypeAsync("Is it");
        await keyboard.PressAsync("Shift+Enter");
        await keyboard.TypeAsync("ready?");
        await keyboard.PressAsync("Enter");
        await tab.IsAnsweredAsync();
        Assert.Equal("Is it\nready?", (await tab.ShownAsync())[0].Text);
        var first = tab.ThreadId;

        await TabToAsync(tab, "details.call > summary", backwards: true);
        await keyboard.PressAsync("Enter");
        await Expect(tab.Calls.First).ToHaveAttributeAsync("open", "");
        await keyboard.PressAsync("/");
        await Expect(tab.Composer).ToBeFocusedAsync();
        await Expect(tab.Composer).ToHaveValueAsync("");

        await TabToAsync(tab, "#new-thread", backwards: true);
        await keyboard.PressAsync("Enter");
        await Expect(tab.Composer).ToBeFocusedAsync();
        await Expect(tab.Page.Locator("#welcome")).ToBeVisibleAsync();
        await TabToAsync(tab, ".starter", backwards: true);
        await keyboard.PressAsync("Enter");
        await tab.IsAnsweredAsync();
        Assert.NotEqual(first, tab.ThreadId);

        await keyboard.PressAsync("Control+k");
        await TabToAsync(tab, $"a[href='#{first}']", backwards: true);
        await keyboard.PressAsync("Enter");
        await Expect(tab.UserMessages).ToHaveTextAsync(["Is it\nready?"]);
        Assert.Empty(tab.Faults);
    }

    // What has the focus must also be seen to have it.
    private static async Task TabToAsync(Tab tab, string selector, bool backwards)
    {
        const int Most = 40;
        for (var presses = 0; presses < Most; presses++)
        {
            await tab.Page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            var isThere = await tab.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector);
            if (!isThere) continue;
            Assert.True(await tab.Page.EvaluateAsync<bool>("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'"), $"{selector} shows no focus.");
            return;
        }
        Assert.Fail($"{selector} cannot be reached with the Tab key.");
    }
}
