using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Servers;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>The nodes <c>database</c> and <c>schema</c> in a living graph: what they say of a world that is not as it should be.</summary>
[Collection(nameof(Alone))]
public sealed class PostgresChecksTests(SharedPostgres postgres)
{
    private const string Secret = "geheim";

    [Fact]
    public async Task A_migrated_database_is_ready()
    {
        await using var graph = await CheckedGraph.StartAsync(await MigratedAsync());

        await graph.ReadyAsync();
    }

    [Fact]
    public async Task A_missing_schema_is_waited_for_and_the_door_opens_when_it_lands()
    {
        var database = await postgres.EmptyAsync();
        await using var graph = await CheckedGraph.StartAsync(database);
        var waiting = await graph.FailureAsync("schema");
        Assert.False(waiting.IsFatal);
        Assert.Equal("schema_behind", waiting.Signature);
        Assert.Contains("Waiting for migrations 0001_initial, 0002_operations", waiting.Reason);

        await MigrateAsync(database);

        await graph.ReadyAsync();
    }

    [Fact]
    public async Task A_schema_that_is_too_new_is_said_to_be_so_for_good()
    {
        var database = await postgres.EmptyAsync();
        await MigrateAsync(database, new Migration(3, "breaking", "-- oldest: 3\nSELECT 1"));
        await using var graph = await CheckedGraph.StartAsync(database);

        var failed = await graph.FailureAsync("schema");

        Assert.True(failed.IsFatal);
        Assert.Equal("schema_too_new", failed.Signature);
    }

    [Fact]
    public async Task A_table_that_goes_is_named_and_comes_back()
    {
        var database = await MigratedAsync();
        await SharedPostgres.RunAsync(database, "ALTER TABLE interrupts RENAME TO gone");
        await using var graph = await CheckedGraph.StartAsync(database);
        var failed = await graph.FailureAsync("schema");
        Assert.Equal((false, "42P01"), (failed.IsFatal, failed.Signature));
        Assert.Contains("table interrupts is missing", failed.Reason);

        await SharedPostgres.RunAsync(database, "ALTER TABLE gone RENAME TO interrupts");

        await graph.ReadyAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_said_without_it_and_heals_when_it_is_right()
    {
        var database = await MigratedAsync();
        await SharedPostgres.RunAsync(database, "DROP ROLE IF EXISTS forgetful; CREATE ROLE forgetful LOGIN SUPERUSER PASSWORD 'other'");
        var settings = new NpgsqlConnectionStringBuilder(database) { Username = "forgetful", Password = Secret };
        await using var graph = await CheckedGraph.StartAsync(settings.ToString());

        var failed = await graph.FailureAsync("database");
        Assert.Equal((false, "28P01"), (failed.IsFatal, failed.Signature));
        Assert.EndsWith("refuses the password of the user forgetful, or does not know the user. Put the right ones into ConnectionStrings:Database.", failed.Reason);

        await SharedPostgres.RunAsync(database, $"ALTER ROLE forgetful PASSWORD '{Secret}'");
        await graph.ReadyAsync();
    }

    [Fact]
    public Task A_database_that_does_not_exist() => FailsAsync(
        settings => settings.Database = "nowhere", "3D000", "has no database nowhere. Create it, or correct ConnectionStrings:Database.");

    [Fact]
    public Task A_port_where_nobody_listens() => FailsAsync(
        settings => settings.Port = FreePort.Next(), "ConnectionRefused", "Nothing listens at 127.0.0.1:");

    [Fact]
    public async Task A_socket_leads_to_the_server_as_a_port_does()
    {
        var server = await postgres.ServerAsync();
        await using var graph = await CheckedGraph.StartAsync(
            $"postgres://{PostgresServer.User}:{PostgresServer.Password}@/postgres?host={server.Directory}&port={server.Port}");

        await graph.UntilAsync("database", node => node.IsUp);
    }

    [Fact]
    public Task A_socket_that_is_not_there() => FailsAsync(
        settings => settings.Host = "/nowhere", "ConnectionRefused", "There is no socket of PostgreSQL in /nowhere.");

    [Fact]
    public Task A_name_that_does_not_resolve() => FailsAsync(
        settings => settings.Host = "no-such-host.invalid", ["HostNotFound", "TryAgain", "NoData"], "The name no-such-host.invalid cannot be resolved.");

    [Fact]
    public Task Encryption_that_the_server_does_not_offer() => FailsAsync(
        settings => settings.SslMode = SslMode.Require, "tls", "Turn ssl on in the server, or correct SSL Mode in ConnectionStrings:Database.");

    [Fact]
    public Task A_password_that_is_not_given() => FailsAsync(
        settings => settings.Password = null, "28P01", $"wants a password of the user {PostgresServer.User}, and there is none.");

    [Theory]
    [InlineData(SslMode.Prefer)]
    [InlineData(SslMode.Require)]
    public async Task A_port_where_something_else_speaks(SslMode encryption)
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        var serving = ServeAsync(web);

        await FailsAsync(
            settings => (settings.Port, settings.SslMode) = (((IPEndPoint)web.LocalEndpoint).Port, encryption), "not_postgres", "is no PostgreSQL. Correct host and port");

        web.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Theory]
    [InlineData("ALTER ROLE crowded CONNECTION LIMIT 0", "The user crowded has no connection left")]
    [InlineData("ALTER ROLE crowded CONNECTION LIMIT -1; ALTER DATABASE {0} CONNECTION LIMIT 0", "The database 127.0.0.1:")]
    public async Task A_limit_of_the_user_or_the_database(string limit, string says)
    {
        var database = await postgres.EmptyAsync();
        var settings = new NpgsqlConnectionStringBuilder(database);
        await SharedPostgres.RunAsync(database, "DROP ROLE IF EXISTS crowded; CREATE ROLE crowded LOGIN PASSWORD 'crowded'");
        await SharedPostgres.RunAsync(database, string.Format(CultureInfo.InvariantCulture, limit, settings.Database));
        (settings.Username, settings.Password) = ("crowded", "crowded");
        await using var graph = await CheckedGraph.StartAsync(settings.ToString());

        var failed = await graph.FailureAsync("database");

        Assert.Equal("53300", failed.Signature);
        Assert.StartsWith(says, failed.Reason);
        Assert.Contains("Raise its CONNECTION LIMIT", failed.Reason);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes()
    {
        var database = await MigratedAsync();
        await SharedPostgres.RunAsync(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_transaction_read_only = on");
        await using var graph = await CheckedGraph.StartAsync(database);

        var failed = await graph.FailureAsync("database");

        Assert.Equal((false, "25006"), (failed.IsFatal, failed.Signature));
        Assert.Contains("takes no writes: default_transaction_read_only is on.", failed.Reason);
    }

    [Fact]
    public async Task A_database_that_cannot_hold_every_letter()
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        await using var graph = await CheckedGraph.StartAsync((await postgres.ServerAsync()).ConnectionString("narrow"));

        var failed = await graph.FailureAsync("database");

        Assert.True(failed.IsFatal);
        Assert.Contains("has the encoding LATIN1; it must be UTF8", failed.Reason);
    }

    private async Task<string> MigratedAsync()
    {
        var database = await postgres.EmptyAsync();
        await MigrateAsync(database);
        return database;
    }

    private static Task MigrateAsync(string database, params Migration[] more) =>
        new PostgresMigrator(PostgresStores.Address(database), [.. Migration.For("postgres"), .. more], TimeProvider.System, _ => { })
            .MigrateAsync(TimeSpan.FromSeconds(60), default);

    // A web server says so to whatever is no request.
    private static async Task ServeAsync(TcpListener web)
    {
        while (true)
        {
            using var peer = await web.AcceptSocketAsync();
            await peer.ReceiveAsync(new byte[1024]);
            await peer.SendAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
            peer.Shutdown(SocketShutdown.Both);
        }
    }

    private Task FailsAsync(Action<NpgsqlConnectionStringBuilder> mistake, string signature, string says) => FailsAsync(mistake, [signature], says);

    private async Task FailsAsync(Action<NpgsqlConnectionStringBuilder> mistake, string[] signatures, string says)
    {
        var settings = new NpgsqlConnectionStringBuilder((await postgres.ServerAsync()).ConnectionString());
        mistake(settings);
        await using var graph = await CheckedGraph.StartAsync(settings.ToString());

        var failed = await graph.FailureAsync("database");

        Assert.False(failed.IsFatal);
        Assert.Contains(failed.Signature, signatures);
        Assert.Contains(says, failed.Reason);
        Assert.DoesNotContain(PostgresServer.Password, failed.Reason);
    }
}
