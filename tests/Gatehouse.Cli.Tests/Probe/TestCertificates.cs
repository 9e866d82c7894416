using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>A root that only tests trust, and certificates of servers under it.</summary>
internal static class TestCertificates
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly X509Certificate2 Root = CreateRoot();

    /// <summary>For <c>--ca</c>.</summary>
    public static X509Certificate2Collection Roots { get; } = [X509CertificateLoader.LoadCertificate(Root.RawData)];

    public static string RootPem => Root.ExportCertificatePem();

    public static SslServerAuthenticationOptions Good { get; } = Server("localhost", Now.AddDays(-1), Now.AddDays(1));
    public static SslServerAuthenticationOptions OtherName { get; } = Server("another.example", Now.AddDays(-1), Now.AddDays(1));
    public static SslServerAuthenticationOptions Expired { get; } = Server("localhost", Now.AddDays(-3), Now.AddDays(-2));

    public static SslServerAuthenticationOptions Speaking(params SslApplicationProtocol[] protocols) =>
        new() { ServerCertificateContext = Good.ServerCertificateContext, ApplicationProtocols = [.. protocols] };

    private static X509Certificate2 CreateRoot()
    {
        var request = new CertificateRequest("CN=a test's root", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
    }

    private static SslServerAuthenticationOptions Server(string name, DateTimeOffset from, DateTimeOffset until)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a test's server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name is "localhost") names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(Root, from, until, RandomNumberGenerator.GetBytes(8));
        return new() { ServerCertificateContext = SslStreamCertificateContext.Create(certificate.CopyWithPrivateKey(key), null, offline: true) };
    }
}
