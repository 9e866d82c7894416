using Gatehouse.Store.Postgres;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

public sealed class PostgresAddressTests
{
    private const string Key = "ConnectionStrings:Database";

    [Theory]
    [InlineData("Host=db;Database=app;Username=u;Password=secret", "db", 5432, "app", "u", "secret")]
    [InlineData("Server=db;Port=6432;Database=app;User Id=u;Password='se;cr=et'", "db", 6432, "app", "u", "se;cr=et")]
    [InlineData("Host=db;Database=app;Username=u;Password=a://b", "db", 5432, "app", "u", "a://b")]
    [InlineData("postgres://u:secret@db/app", "db", 5432, "app", "u", "secret")]
    [InlineData("postgresql://u:secret@db:6432/app", "db", 6432, "app", "u", "secret")]
    [InlineData("  postgres://u:secret@db/app\n", "db", 5432, "app", "u", "secret")]
    [InlineData("postgres://u:s%2Fe%40c%3Ar%25et@db/app", "db", 5432, "app", "u", "s/e@c:r%et")]
    [InlineData("postgres://u:s@cret@db/app", "db", 5432, "app", "u", "s@cret")]
    [InlineData("postgres://u:a:b@db/app", "db", 5432, "app", "u", "a:b")]
    [InlineData("postgres://us%20er:secret@db/my%20app", "db", 5432, "my app", "us er", "secret")]
    [InlineData("postgres://u:secret@[::1]:6432/app", "::1", 6432, "app", "u", "secret")]
    [InlineData("postgres://u:secret@[2001:db8::7]/app", "2001:db8::7", 5432, "app", "u", "secret")]
    [InlineData("postgres://u:secret@/app?host=/cloudsql/project:region:name", "/cloudsql/project:region:name", 5432, "app", "u", "secret")]
    [InlineData("postgres://%2Fvar%2Frun%2Fpostgresql/app?user=u&password=secret", "/var/run/postgresql", 5432, "app", "u", "secret")]
    [InlineData("postgres://db?dbname=app&user=u&password=secret&port=6432", "db", 6432, "app", "u", "secret")]
    public void An_address_is_read_from_either_form(string text, string host, int port, string database, string user, string password)
    {
        var address = Parse(text);

        var settings = new NpgsqlConnectionStringBuilder(address.SensitiveConnectionString);
        Assert.Equal((host, port, database, user, password), (settings.Host, settings.Port, settings.Database, settings.Username, settings.Password));
        Assert.Equal((host, database, user), (address.Host, address.Database, address.User));
        Assert.DoesNotContain(password, address.ToString());
    }

    [Theory]
    [InlineData("postgres://u:secret@db/app?sslmode=require", SslMode.Require)]
    [InlineData("postgres://u:secret@db/app?sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("postgres://u:secret@db/app?sslmode=disable&application_name=mine", SslMode.Disable)]
    [InlineData("postgres://u:secret@db/app?SSL%20Mode=VerifyCA", SslMode.VerifyCA)]
    [InlineData("Host=db;SSL Mode=Require", SslMode.Require)]
    [InlineData("Host=db", SslMode.Prefer)]
    public void Encryption_is_what_the_text_says(string text, SslMode mode) =>
        Assert.Equal(mode, new NpgsqlConnectionStringBuilder(Parse(text).SensitiveConnectionString).SslMode);

    [Theory]
    [InlineData("postgres://u:secret@one:5432,two:5433/app?target_session_attrs=read-write", "one:5432,two:5433", true)]
    [InlineData("postgres://u:secret@one,two/app", "one,two", true)]
    [InlineData("postgres://u:secret@[::1]:5432,[::2]/app", "[::1]:5432,::2", true)]
    [InlineData("Host=one:5432,two:5433;Database=app;Target Session Attributes=primary", "one:5432,two:5433", true)]
    [InlineData("Host=one;Database=app", "one", false)]
    [InlineData("Host=[::1]:5432,10.0.0.1:5433,büro_2.example", "[::1]:5432,10.0.0.1:5433,büro_2.example", true)]
    [InlineData("Host=@abstract;Username=me@tenant", "@abstract", false)]
    public void Several_hosts_are_one_database(string text, string hosts, bool many)
    {
        var address = Parse(text);
        Assert.Equal((hosts, many), (address.Host, address.HasManyHosts));
    }

    [Fact]
    public void Limits_are_short_unless_the_text_says_otherwise()
    {
        var usual = Parse("Host=db");
        Assert.Equal((TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5)), (usual.ConnectLimit, usual.CallLimit));
        var own = Parse("Host=db;Timeout=7;Command Timeout=9;Maximum Pool Size=50");
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9)), (own.ConnectLimit, own.CallLimit));
        Assert.Equal(9, own.Unpooled().CallLimit.TotalSeconds);
        Assert.Equal(50, new NpgsqlConnectionStringBuilder(own.SensitiveConnectionString).MaxPoolSize);
        Assert.Equal(TimeSpan.FromSeconds(8), Parse("postgres://db/app?connect_timeout=8").ConnectLimit);
    }

    [Theory]
    [InlineData("", "names no host")]
    [InlineData("Database=app;Password=topsecret", "names no host")]
    [InlineData("topsecret", "cannot be read")]
    [InlineData("Host=db;Password='topsecret", "cannot be read")]
    [InlineData("Host=db;Pasword=topsecret", "has a setting that Npgsql does not know, behind the host")]
    [InlineData("Hots=db", "has a setting that Npgsql does not know, at its beginning; it must be like Host=db;Database=gatehouse;Username=gatehouse;Password=… or postgres://user:password@host/database. Host may be meant.")]
    [InlineData("Host=db;Password=;topsecret=x", "has a setting that Npgsql does not know, behind the host")]
    [InlineData("Host=db;Username=u;topsecret;Database=d", "has a setting that Npgsql does not know, behind the username")]
    [InlineData("postgres://user:12?topsecret=word@db/app", "has a setting that Npgsql does not know, behind the port")]
    [InlineData("host=127.0.0.1 port=1 dbname=d user=u password=topsecret", "names a host that cannot be one")]
    [InlineData("Host=127.0.0.1,Port=1,Password=topsecret", "names a host that cannot be one")]
    [InlineData("Host=127.0.0.1\nPort=1\nPassword=topsecret", "names a host that cannot be one")]
    [InlineData("Host=postgres://u:topsecret@h/db", "names a host that cannot be one")]
    [InlineData("Host=db:0", "names a host that cannot be one")]
    [InlineData("Host=u:topsecret", "names a host that cannot be one")]
    [InlineData("Host=u:topsecret@db", "names a host that cannot be one")]
    [InlineData("Host=/var/run password=topsecret", "names a host that cannot be one")]
    [InlineData("Host=db,topsecret@db", "names a host that cannot be one")]
    [InlineData("postgres://u%3Atopsecret@h/app?password=x", "names a user that cannot be one")]
    [InlineData("Host=db;Username=u,Password=topsecret", "names a user that cannot be one")]
    [InlineData("Host=db;Database=d user=g password=topsecret", "names a database that cannot be one")]
    [InlineData("Host=db;Database=postgres://u:topsecret@db/d", "names a database that cannot be one")]
    [InlineData("Host=db;Root Certificate=/ca.pem Password=topsecret", "names a root certificate that cannot be one")]
    [InlineData("Host=db;Password=top;secret=x;Database=a", "has a setting that Npgsql does not know, behind the password")]
    [InlineData("Host=db;Port=topsecret", "has a value for port that cannot be used")]
    [InlineData("Host=db;Port=0", "has a value for port that cannot be used")]
    [InlineData("Host=db;Command Timeout=0", "Command Timeout of 0 s; it must be 1 to 600")]
    [InlineData("Host=db;Timeout=0", "Timeout of 0 s; it must be 1 to 600")]
    [InlineData("Host=db;Multiplexing=true", "Multiplexing")]
    [InlineData("Host=a,b;Target Session Attributes=standby", "Target Session Attributes other than primary")]
    [InlineData("mysql://u:topsecret@db/app", "scheme other than postgres:// or postgresql://")]
    [InlineData("jdbc:postgresql://u:topsecret@db/app", "scheme other than postgres:// or postgresql://")]
    [InlineData("postgres://u:top/secret@db/app", "port that is not a number from 1 to 65535")]
    [InlineData("postgres://u:12/topsecret@db/app", "has an @ or a / behind the name of the database")]
    [InlineData("postgres://u:top?secret@db/app", "port that is not a number from 1 to 65535")]
    [InlineData("postgres://u:topsecret@db:0/app", "port that is not a number from 1 to 65535")]
    [InlineData("postgres://u:topsecret%zz@db/app", "has a % that two hexadecimal digits do not follow")]
    [InlineData("postgres://u:topsecret@db/app?sslmode=topsecret", "has a value for SSL Mode that cannot be used")]
    [InlineData("postgres://u:topsecret@db/app?pgbouncer=true", "does not know")]
    [InlineData("postgres://u:topsecret@db/app?sslmode", "has a parameter behind ? that is not like name=value")]
    [InlineData("postgres:///app", "names no host")]
    public void A_text_that_cannot_be_used_is_one_line_that_shows_no_part_of_a_password(string text, string says)
    {
        var errors = new List<string>();

        Assert.Null(PostgresAddress.Parse(Key, text, errors));

        var error = Assert.Single(errors);
        Assert.StartsWith($"{Key} ", error);
        Assert.Contains(says, error);
        foreach (var part in new[] { "top", "secret" }) Assert.DoesNotContain(part, error);
        Assert.DoesNotContain('\n', error);
    }

    [Theory]
    [InlineData("Port=99999", "has a Port of 99999; it must be 1 to 65535.")]
    [InlineData("Minimum Pool Size=50", "has a Minimum Pool Size of 50; it must be at most Maximum Pool Size, 20.")]
    [InlineData("Connection Idle Lifetime=1;Connection Pruning Interval=10", "has a value for connection idle lifetime that cannot be used together with the other settings.")]
    [InlineData("SslNegotiation=direct", "has a value for sslnegotiation that cannot be used together with the other settings.")]
    [InlineData("Maximum Pool Size=0", "has a Maximum Pool Size of 0; it must be at least 1.")]
    [InlineData("Socket Receive Buffer Size=-1", "has a Socket Receive Buffer Size of -1; it must be at least 0.")]
    [InlineData("Socket Send Buffer Size=-1", "has a Socket Send Buffer Size of -1; it must be at least 0.")]
    [InlineData("Tcp Keepalive Time=0", "has a Tcp Keepalive Interval of 5 s without a Tcp Keepalive Time.")]
    [InlineData("Read Buffer Size=1", "has a Read Buffer Size of 1; it must be at least 4096.")]
    [InlineData("Write Buffer Size=1", "has a Write Buffer Size of 1; it must be at least 4096.")]
    [InlineData("Encoding=nonsense", "has an Encoding that there is not; leave it out.")]
    public void A_setting_that_only_a_connection_would_refuse_is_named_before(string settings, string says)
    {
        var errors = new List<string>();

        Assert.Null(PostgresAddress.Parse(Key, $"Host=db;{settings}", errors));

        Assert.Equal([$"{Key} {says}"], errors);
    }

    private static PostgresAddress Parse(string text)
    {
        var errors = new List<string>();
        var address = PostgresAddress.Parse(Key, text, errors);
        Assert.Empty(errors);
        return Assert.IsType<PostgresAddress>(address);
    }
}
