using Gatehouse.Runs;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Runs;

public sealed class BeatTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<string> _woken = [];

    [Fact]
    public void Each_is_woken_when_it_is_due_and_once()
    {
        using var beat = new Beat(_clock);
        Wake(beat, "late", 40);
        Wake(beat, "early", 10);
        Wake(beat, "also early", 10);

        Pass(9);
        Assert.Empty(_woken);
        Pass(1);
        Assert.Equal(["also early", "early"], _woken.Order());
        Pass(29);
        Assert.Equal(2, _woken.Count);
        Pass(1);
        Assert.Equal("late", _woken[^1]);
        Pass(1000);
        Assert.Equal(3, _woken.Count);
    }

    [Fact]
    public void Whoever_is_woken_may_want_to_be_woken_again()
    {
        using var beat = new Beat(_clock);
        Again();
        for (var i = 0; i < 5; i++) Pass(10);
        Assert.Equal(5, _woken.Count);

        void Again() => beat.Wake(() =>
        {
            _woken.Add("again");
            Again();
        }, TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public void What_is_due_already_is_woken_at_once()
    {
        using var beat = new Beat(_clock);
        Wake(beat, "overdue", -5);
        Pass(0);
        Assert.Equal(["overdue"], _woken);
    }

    [Fact]
    public async Task Many_at_once_are_all_woken()
    {
        const int many = 1000;
        using var beat = new Beat(_clock);
        using var woken = new CountdownEvent(many);
        for (var i = 0; i < many; i++) beat.Wake(() => woken.Signal(), TimeSpan.FromMilliseconds(10));
        Pass(10);
        Assert.True(await Task.Run(() => woken.Wait(TimeSpan.FromSeconds(60))));
    }

    private void Wake(Beat beat, string name, int ms) => beat.Wake(() => _woken.Add(name), TimeSpan.FromMilliseconds(ms));

    private void Pass(int ms) => _clock.Advance(TimeSpan.FromMilliseconds(ms));
}
