using System.Net;
using Gatehouse.Admission;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Admission;

/// <summary>Whom limits take a client for: it can neither make up who it is nor be mistaken for everybody behind its proxy.</summary>
public sealed class UserKeyTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.126")]
    [InlineData("100.64.0.1")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    [InlineData(null)]
    public void An_address_that_may_be_a_proxys_is_nobody(string? peer) => Assert.Null(Key(peer, 0, "203.0.113.7"));

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2001:db8::1")]
    public void A_public_address_is_a_user_whatever_the_header_says(string peer)
    {
        Assert.NotNull(Key(peer, 0));
        Assert.Equal(Key(peer, 0), Key(peer, 0, "198.51.100.1"));
    }

    [Theory]
    [InlineData(1, "198.51.100.1", "198.51.100.1")]
    [InlineData(1, "198.51.100.1", "9.9.9.9, 198.51.100.1")]
    [InlineData(1, "198.51.100.1", "9.9.9.9,198.51.100.1:4711")]
    [InlineData(1, "2001:db8::1", "[2001:db8::1]:4711")]
    [InlineData(2, "198.51.100.1", "9.9.9.9, 198.51.100.1, 192.0.2.1")]
    [InlineData(2, "198.51.100.1", "9.9.9.9, 198.51.100.1", "192.0.2.1")]
    [InlineData(1, "10.0.0.9", "10.0.0.9")]
    public void The_trusted_proxies_entry_counts_and_what_stands_before_it_does_not(int hops, string user, params string[] header) =>
        Assert.Equal(Key("169.254.1.1", 1, user), Key("169.254.1.1", hops, header));

    [Theory]
    [InlineData(1)]
    [InlineData(1, "")]
    [InlineData(1, "unknown")]
    [InlineData(2, "198.51.100.1")]
    public void A_header_that_does_not_reach_so_far_says_nothing(int hops, params string[] header)
    {
        Assert.Null(Key("10.0.0.1", hops, header));
        Assert.Equal(Key("203.0.113.7", 0), Key("203.0.113.7", hops, header));
    }

    [Fact]
    public void A_subscribers_IPv6_addresses_are_one_user_and_a_mapped_address_is_the_IPv4_one()
    {
        Assert.Equal(Key("2001:db8:0:1::1", 0), Key("2001:db8:0:1:ffff::9", 0));
        Assert.NotEqual(Key("2001:db8:0:1::1", 0), Key("2001:db8:0:2::1", 0));
        Assert.Equal(Key("203.0.113.7", 0), Key("::ffff:203.0.113.7", 0));
        Assert.NotEqual(Key("203.0.113.7", 0), Key("203.0.113.8", 0));
    }

    private static UserKey? Key(string? peer, int hops, params string[] header)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        if (header.Length > 0) context.Request.Headers["X-Forwarded-For"] = header;
        return UserKey.Of(context, hops);
    }
}
