using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>What somebody says is text, and were it ever more, the page's policy would forbid it.</summary>
public sealed class MarkupTests(Chromium chromium)
{
    private const string Markup = "<img src=x onerror=\"document.title='run'\"> <script>document.title='run'</script> What can you do?";

    [Fact]
    public async Task Markup_is_shown_as_it_was_typed_and_inline_script_is_forbidden()
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=500");
        await using var context = await chromium.NewContextAsync();
        var tab = await Tab.OpenAsync(context, server);

        await tab.SayAsync(Markup);
        await tab.IsAnsweredAsync();
        await Expect(tab.UserMessages).ToHaveTextAsync([Markup]);
        await Expect(tab.Page.Locator("#messages img, #messages script")).ToHaveCountAsync(0);
        Assert.Empty(tab.Faults);

        await tab.Page.RunAndWaitForConsoleMessageAsync(
            () => tab.Page.EvaluateAsync(
                """
                () => {
                  const script = document.createElement('script');
                  script.textContent = "window.hasRun = true";
                  document.body.append(script);
                }
                """),
            new() { Predicate = message => message.Text.StartsWith("CSP: script-src", StringComparison.Ordinal) });
        Assert.Contains(tab.Faults, fault => fault.Contains("CSP: script-src", StringComparison.Ordinal));
        Assert.False(await tab.Page.EvaluateAsync<bool>("() => 'hasRun' in window"));
    }
}
