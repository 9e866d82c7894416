using System.Globalization;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>Durations, moments and texts as the forms write them.</summary>
public sealed class WordingTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.0004, "0 ms")]
    [InlineData(0.45, "450 ms")]
    [InlineData(0.9996, "1 s")]
    [InlineData(1.2, "1.2 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.96, "1 min")]
    [InlineData(185, "3 min 5 s")]
    [InlineData(3599.6, "1 h")]
    [InlineData(7380, "2 h 3 min")]
    [InlineData(352_800, "4 d 2 h")]
    [InlineData(-1.5, "-1.5 s")]
    public void A_duration_is_short_and_exact(double seconds, string text) => Assert.Equal(text, Wording.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void The_shortest_and_the_longest_time_have_words()
    {
        Assert.Equal("10675199 d 2 h", Wording.Duration(TimeSpan.MaxValue));
        Assert.Equal("-10675199 d 2 h", Wording.Duration(TimeSpan.MinValue));
    }

    [Fact]
    public void A_moment_is_in_UTC_with_the_fractions_that_it_has()
    {
        var at = new DateTimeOffset(2026, 11, 24, 1, 3, 5, TimeSpan.FromHours(2));
        Assert.Equal("2026-11-23 23:03:05 UTC", Wording.Moment(at));
        Assert.Equal("23:03:05.12", Wording.Time(at.AddMilliseconds(120)));
        Assert.Equal("23:03:05", Wording.Time(at, at.AddHours(-5)));
        Assert.Equal("2026-11-23 23:03:05", Wording.Time(at, at.AddHours(5)));
    }

    [Fact]
    public void Lists_counts_and_sentences_are_those_of_people()
    {
        Assert.Equal(["", "a", "a and b", "a, b and c"], new string[][] { [], ["a"], ["a", "b"], ["a", "b", "c"] }.Select(Wording.List));
        Assert.Equal("1 upgrade, 0 upgrades, 1,240 upgrades", $"{Wording.Count(1, "upgrade")}, {Wording.Count(0, "upgrade")}, {Wording.Count(1240, "upgrade")}");
        Assert.Equal(["", "a.", "a?", "a.", "a...", "so:"], new[] { "", "a", "a?", "a..", "a...", "so:" }.Select(Wording.Sentence));
    }

    [Fact]
    public void No_machine_s_culture_changes_them()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = culture;
            Assert.Equal("1,2", $"{1.2}");
            Assert.Equal("1.2 s", Wording.Duration(TimeSpan.FromSeconds(1.2)));
            Assert.Equal("1,240", Wording.Number(1240));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("line one\nline two\r\n\tline three ", "line one line two line three")]
    [InlineData("\e[31mred\e[0m \a bell", "[31mred [0m bell")]
    [InlineData("\u202Eright to left\u200B", "right to left")]
    [InlineData("\U0001F469\u200D\U0001F467", "\U0001F469\u200D\U0001F467")]
    [InlineData(null, "")]
    public void A_text_is_one_visible_line(string? text, string clean) => Assert.Equal(clean, PlainText.Clean(text));

    [Fact]
    public void A_broken_character_is_replaced() => Assert.Equal("half \uFFFD a pair", PlainText.Clean("half \uD83D a pair"));

    [Theory]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("one two three", 9, "one two…")]
    [InlineData("onetwothree", 6, "onetw…")]
    [InlineData("ab\U0001F600", 3, "ab…")]
    public void A_long_text_is_cut_between_words_or_characters(string text, int most, string cut) => Assert.Equal(cut, PlainText.Cut(text, most));
}
