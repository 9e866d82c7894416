using Gatehouse.Admission;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Admission;

public sealed class ResumeTokensTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly byte[] _key = "a key that all the instances share"u8.ToArray();

    [Fact]
    public void A_token_is_known_to_its_issuer_for_a_day()
    {
        var tokens = new ResumeTokens(new(), _clock);
        var token = tokens.Issue("c1");
        Assert.True(tokens.IsOurs(token));
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.True(tokens.IsOurs(token));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(tokens.IsOurs(token));
    }

    [Fact]
    public void Instances_with_the_same_key_know_each_others_tokens_and_others_do_not()
    {
        var token = new ResumeTokens(new() { ResumeKey = _key }, _clock).Issue("c1");
        Assert.True(new ResumeTokens(new() { ResumeKey = [.. _key] }, _clock).IsOurs(token));
        Assert.False(new ResumeTokens(new() { ResumeKey = [.. _key, 1] }, _clock).IsOurs(token));
        Assert.False(new ResumeTokens(new(), _clock).IsOurs(token));
    }

    [Fact]
    public void A_token_from_an_instance_whose_clock_is_a_little_ahead_is_known_and_one_from_far_ahead_is_not()
    {
        var ahead = new FakeTimeProvider(_clock.GetUtcNow().AddMinutes(4));
        var issuer = new ResumeTokens(new() { ResumeKey = _key }, ahead);
        var tokens = new ResumeTokens(new() { ResumeKey = _key }, _clock);
        Assert.True(tokens.IsOurs(issuer.Issue("c1")));
        ahead.Advance(TimeSpan.FromMinutes(2));
        Assert.False(tokens.IsOurs(issuer.Issue("c1")));
    }

    [Fact]
    public void No_character_of_a_token_can_be_another()
    {
        var tokens = new ResumeTokens(new(), _clock);
        var token = tokens.Issue("0123456789abcdef");
        // The last character of the signature carries two bits that belong to no byte; the text has to be the same all the same.
        for (var at = 0; at < token.Length; at++)
            foreach (var other in "A0z.-_é")
                if (token[at] != other) Assert.False(tokens.IsOurs(string.Concat(token.AsSpan(0, at), $"{other}", token.AsSpan(at + 1))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("c1.123.")]
    [InlineData("c1.1600000000.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("c1.99999999999999999999999.AAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_token_is_none(string? token) => Assert.False(new ResumeTokens(new(), _clock).IsOurs(token));

    [Fact]
    public void A_very_long_text_is_not_looked_at() => Assert.False(new ResumeTokens(new(), _clock).IsOurs(new string('a', 1_000_000) + ".b"));

    [Fact]
    public void The_key_is_in_no_text_of_the_options()
    {
        var options = new GatehouseOptions { Admission = new() { ResumeKey = _key } };
        Assert.DoesNotContain("Key", $"{options}{options.Admission}");
    }
}
