using System.Net;
using Gatehouse.Log.Redis;

namespace Gatehouse.Tests.Log.Redis;

public sealed class RedisAddressTests
{
    private const string Key = "ConnectionStrings:Redis";

    [Theory]
    [InlineData("localhost", "localhost:6379", null, null, false, 0)]
    [InlineData("localhost:7000", "localhost:7000", null, null, false, 0)]
    [InlineData("a:1,b:2, c ,password=pass", "a:1, b:2, c:6379", null, "pass", false, 0)]
    [InlineData("redis.example,ssl=true,user=me,password=p=a=s=s,defaultDatabase=3", "redis.example:6380 with TLS, database 3", "me", "p=a=s=s", true, 3)]
    [InlineData("127.0.0.1:6379,abortConnect=true,name=x", "127.0.0.1:6379", null, null, false, 0)]
    [InlineData("[::1]:6390", "[::1]:6390", null, null, false, 0)]
    [InlineData("redis://localhost", "localhost:6379", null, null, false, 0)]
    [InlineData("redis://:pass@localhost:7000/2", "localhost:7000, database 2", null, "pass", false, 2)]
    [InlineData("rediss://me:p%2Ca%40ss:w/o?rd@redis.example/", "redis.example:6379 with TLS", "me", "p,a@ss:w/o?rd", true, 0)]
    [InlineData(" redis://me:p@ss@10.0.0.3 ", "10.0.0.3:6379", "me", "p@ss", false, 0)]
    public void What_can_be_used_is_understood_and_shown_without_its_password(string text, string shown, string? user, string? password, bool tls, int database)
    {
        var errors = new List<string>();

        var address = RedisAddress.Parse(Key, text, errors)!;

        Assert.Empty(errors);
        Assert.Equal((shown, user, password, tls, database), (address.ToString(), address.User, address.Password, address.IsTls, address.Database));
    }

    [Theory]
    [InlineData("", "names no server")]
    [InlineData("password=secret", "names no server")]
    [InlineData("host:0,password=secret", "names a server that cannot be")]
    [InlineData("host:99999,password=secret", "names a server that cannot be")]
    [InlineData("ho st,password=secret", "names a server that cannot be")]
    [InlineData("host,pasword=secret", "has the option pasword, which is unknown or has a value that cannot be")]
    [InlineData("host,ssl=secret", "has the option ssl, which is unknown or has a value that cannot be")]
    [InlineData("host,connectTimeout=60000", "has the option connectTimeout, which must be 1 to 30000 ms")]
    [InlineData("host,password=abc,secret", "has something behind the password that is no option")]
    [InlineData("host,password=abc,secret=x", "has something behind the password that is no option")]
    [InlineData("host,password=abc,ssl=secret", "has something behind the password that is no option")]
    [InlineData("host,channelPrefix=secret", "has the option channelPrefix")]
    [InlineData("host,serviceName=secret", "has the option serviceName")]
    [InlineData("host,$GET=secret", "renames a command")]
    [InlineData("default:secret=@localhost:6379", "has something in place 1 between its commas that is neither a server nor an option that is known")]
    [InlineData("localhost:6379,secret=,ssl=true", "has something in place 2 between its commas")]
    [InlineData("redis//:secret=@localhost", "has something in place 1 between its commas")]
    [InlineData("localhost:6379 -a secret=", "has something in place 1 between its commas")]
    [InlineData("localhost:6379;secret=0123;password=x", "has something in place 1 between its commas")]
    [InlineData("host:6390,other,host:6390,password=secret", "names a server twice")]
    [InlineData("host,HOST,password=secret", "names a server twice")]
    [InlineData("host,keepAlive=-5,password=secret", "has the option keepAlive, which must be 0 to 3600 s")]
    [InlineData("host,configCheckSeconds=0,password=secret", "has the option configCheckSeconds, which must be 1 to 3600 s")]
    [InlineData("host,connectRetry=-1,password=secret", "has the option connectRetry, which must be 1 to 100")]
    [InlineData("host,connectRetry=99999999999,password=secret", "has the option connectRetry, which is unknown or has a value that cannot be")]
    [InlineData("host,defaultDatabase=-1,password=secret", "has the option defaultDatabase, which must be the number of a database, 0 or more")]
    [InlineData("host,proxy=Twemproxy,password=secret", "has the option proxy, and no proxy of commands passes scripts")]
    [InlineData("http://me:secret@host", "is a URL of another scheme")]
    [InlineData("redis://secret@host", "has a user and no password")]
    [InlineData("redis://me:secret@host:port", "names no host and port that can be")]
    [InlineData("redis://me:secret@", "names no host and port that can be")]
    [InlineData("redis://me:secret@host/secret", "has a path that is not the number of a database")]
    [InlineData("redis://me:secret@host?ssl=secret", "has a query or a fragment")]
    public void What_cannot_be_used_is_one_line_that_names_the_key_what_is_wrong_and_what_would_be_right_and_no_value(string text, string wrong)
    {
        var errors = new List<string>();

        Assert.Null(RedisAddress.Parse(Key, text, errors));

        var error = Assert.Single(errors);
        Assert.StartsWith($"{Key} {wrong}", error, StringComparison.Ordinal);
        Assert.Contains("it must be host:port", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void Timeouts_are_bounded_whatever_is_said_of_them()
    {
        var errors = new List<string>();
        Assert.Equal((3000, 2000), Timeouts("host"));
        Assert.Equal((500, 2000), Timeouts("host,connectTimeout=500"));
        Assert.Equal((3000, 700), Timeouts("host,syncTimeout=700"));
        Assert.Equal((3000, 2000), Timeouts("redis://host"));
        Assert.Empty(errors);

        (int Connect, int Answer) Timeouts(string text)
        {
            var options = RedisAddress.Parse(Key, text, errors)!.Options();
            return (options.ConnectTimeout, options.AsyncTimeout);
        }
    }

    [Fact]
    public void A_certificate_has_to_be_for_the_host_unless_another_is_named()
    {
        var errors = new List<string>();
        Assert.Equal("redis.example", RedisAddress.Parse(Key, "rediss://redis.example", errors)!.TlsHost(new DnsEndPoint("redis.example", 6379)));
        Assert.Equal("10.0.0.3", RedisAddress.Parse(Key, "rediss://10.0.0.3", errors)!.TlsHost(new IPEndPoint(IPAddress.Parse("10.0.0.3"), 6379)));
        Assert.Equal("other", RedisAddress.Parse(Key, "10.0.0.3,ssl=true,sslHost=other", errors)!.TlsHost(new IPEndPoint(IPAddress.Parse("10.0.0.3"), 6380)));
    }
}
