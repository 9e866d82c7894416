using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatehouse.Testing.Servers;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>The node <c>database</c> with servers that are set up in a way of their own.</summary>
[Collection(nameof(Alone))]
public sealed class PostgresServersTests
{
    [Fact]
    public async Task A_server_that_is_not_there_yet_is_waited_for()
    {
        await using var server = await PostgresServer.CreateAsync("fsync=off");
        await using var graph = await CheckedGraph.StartAsync(server.ConnectionString());
        Assert.Equal("ConnectionRefused", (await graph.FailureAsync("database")).Signature);

        await server.StartAgainAsync();

        await graph.UntilAsync("database", node => node.IsUp);
    }

    [Fact]
    public async Task A_paused_server_does_not_answer_and_a_replica_takes_no_writes()
    {
        await using var server = await PostgresServer.StartAsync("fsync=off");
        server.Pause();
        await using (var graph = await CheckedGraph.StartAsync($"{server.ConnectionString()};Timeout=1"))
        {
            var silent = await graph.FailureAsync("database");
            Assert.Equal("timeout", silent.Signature);
            Assert.Contains("does not answer in time (1 s to connect, 5 s for a call)", silent.Reason);
            server.Resume();
            await graph.UntilAsync("database", node => node.IsUp);
        }

        await server.BecomeReplicaAsync();
        await using var again = await CheckedGraph.StartAsync(server.ConnectionString());
        var replica = await again.FailureAsync("database");
        Assert.Equal((false, "25006"), (replica.IsFatal, replica.Signature));
        Assert.Contains("is a read-only replica. Point ConnectionStrings:Database at the primary", replica.Reason);
    }

    [Fact]
    public async Task Encryption_holds_where_it_is_demanded_and_is_named_where_it_fails()
    {
        await using var server = await PostgresServer.CreateAsync("fsync=off", "ssl=on");
        var root = await CertifyAsync(server, "localhost");
        // Only who encrypts gets in.
        await File.WriteAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
        await server.StartAgainAsync();
        var local = server.ConnectionString().Replace("127.0.0.1", "localhost");

        await using (var trusting = await CheckedGraph.StartAsync($"{server.ConnectionString()};SSL Mode=Require"))
            await trusting.UntilAsync("database", node => node.IsUp);
        await using (var checking = await CheckedGraph.StartAsync($"{local};SSL Mode=VerifyFull;Root Certificate={root}"))
            await checking.UntilAsync("database", node => node.IsUp);

        await using (var plain = await CheckedGraph.StartAsync($"{server.ConnectionString()};SSL Mode=Disable"))
        {
            var refused = await plain.FailureAsync("database");
            Assert.Equal("28000", refused.Signature);
            Assert.Contains("or demands encryption, which SSL Mode=Disable forbids", refused.Reason);
        }
        foreach (var (file, says) in ((string, string)[])
            [("/nowhere.pem", "Could not find file '/nowhere.pem'."), ("/no/where.pem", "'/no/where.pem'."), (Path.Combine(server.Data, "pg_hba.conf"), "")])
        {
            await using var without = await CheckedGraph.StartAsync($"{local};SSL Mode=VerifyFull;Root Certificate={file}");
            var unread = await without.FailureAsync("database");
            Assert.Equal("tls", unread.Signature);
            Assert.StartsWith("A file for the encrypted connection to PostgreSQL at localhost:", unread.Reason);
            Assert.Contains(says, unread.Reason);
        }
        await using var doubting = await CheckedGraph.StartAsync($"{local};SSL Mode=VerifyFull");
        var doubted = await doubting.FailureAsync("database");
        Assert.Equal("tls", doubted.Signature);
        Assert.Contains("Correct the server's certificate, or Root Certificate in ConnectionStrings:Database.", doubted.Reason);
    }

    // A certificate that vouches for itself, where the server looks for it.
    private static async Task<string> CertifyAsync(PostgresServer server, string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = Path.Combine(server.Data, "server.crt");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(server.Data, "server.key"), key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(Path.Combine(server.Data, "server.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await PostgresServer.GiveToServerAsync(file);
        await PostgresServer.GiveToServerAsync(Path.Combine(server.Data, "server.key"));
        return file;
    }
}
