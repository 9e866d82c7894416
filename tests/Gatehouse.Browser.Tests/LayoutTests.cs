using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Gatehouse.Browser.Tests;

/// <summary>Nothing sticks out, on a desk and on a phone, by day and by night.</summary>
public sealed class LayoutTests(Chromium chromium)
{
    private static readonly string LongWord = new('W', 300);

    [Theory]
    [InlineData("light", 1280, 800, false)]
    [InlineData("dark", 1280, 800, false)]
    [InlineData("light", 390, 844, true)]
    [InlineData("dark", 390, 844, true)]
    [InlineData("light", 320, 640, true)]
    public async Task The_page_fits(string scheme, int width, int height, bool isPhone)
    {
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=0");
        await using var context = await chromium.NewContextAsync(new()
        {
            ColorScheme = scheme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new() { Width = width, Height = height },
            HasTouch = isPhone,
            IsMobile = isPhone,
            DeviceScaleFactor = isPhone ? 2 : 1,
        });
        var name = $"{scheme}-{width}";
        var tab = await Tab.OpenAsync(context, server);
        await FitsAsync(tab, $"{name}-welcome");

        await tab.SayAsync($"Give me a full report {LongWord}");
        await tab.IsAnsweredAsync();
        foreach (var call in await tab.Calls.AllAsync()) await call.EvaluateAsync("call => call.open = true");
        await FitsAsync(tab, $"{name}-calls");
        await tab.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(call => call.open = false)");
        await tab.SayAsync("Show the start-up timeline");
        await tab.IsAnsweredAsync();
        await FitsAsync(tab, $"{name}-answer");

        if (!isPhone) return;
        await tab.Page.Locator("#open-drawer").ClickAsync();
        await Expect(tab.Threads.First).ToBeInViewportAsync();
        await tab.Page.EvaluateAsync("() => Promise.all(document.getAnimations().filter(each => each.transitionProperty).map(each => each.finished))");
        await FitsAsync(tab, $"{name}-drawer");
        await tab.Threads.First.ClickAsync();
        await Expect(tab.Threads.First).Not.ToBeInViewportAsync();
        Assert.Empty(tab.Faults);
    }

    // An element may be wider than the screen only inside of one that scrolls or cuts it.
    private static async Task FitsAsync(Tab tab, string name)
    {
        await tab.PictureAsync(name);
        var outside = await tab.Page.EvaluateAsync<string[]>(
            """
            () => {
              const scrollers = [document.documentElement, document.body, document.querySelector('main'), document.getElementById('scroller')];
              const isHeld = element => element && !scrollers.includes(element)
                && (getComputedStyle(element).overflowX !== 'visible' || isHeld(element.parentElement));
              const sticksOut = element => {
                const { left, right, width } = element.getBoundingClientRect();
                return width > 0 && (left < -0.5 || right > innerWidth + 0.5) && !isHeld(element.parentElement);
              };
              return [
                ...[...document.querySelectorAll('main, main *, .sidebar.open, .sidebar.open *')]
                  .filter(element => element.checkVisibility({ visibilityProperty: true }) && sticksOut(element)),
                ...scrollers.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
              ].map(element => element.outerHTML.slice(0, 120));
            }
            """);
        Assert.Empty(outside);
    }
}
