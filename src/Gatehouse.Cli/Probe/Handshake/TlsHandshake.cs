using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gatehouse.Cli.Probe;

/// <summary>The TLS layer of one connection: what is wrong with a certificate or a handshake is named, not only that it is.</summary>
internal sealed class TlsHandshake(ProbeTarget target, HandshakeSettings settings)
{
    private LayerException? _certificateFault;

    /// <summary>The encrypted stream, and what is to be said about it.</summary>
    public async Task<(Stream Stream, string? Note)> RunAsync(Stream plain, CancellationToken cancellationToken)
    {
        var watched = new FirstBytesStream(plain);
        var tls = new SslStream(watched);
        try
        {
            await tls.AuthenticateAsClientAsync(Options(), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await tls.DisposeAsync();
            throw _certificateFault ?? ForeignAnswer.OfTlsHandshake(watched.First) ?? Explain(exception);
        }
        if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2) throw ForeignAnswer.Http2Only("it chose HTTP/2 (ALPN)");
        var note = _certificateFault is { } fault ? $"{tls.SslProtocol}, not checked: {fault.Message}" : tls.SslProtocol.ToString();
        return (tls, note);
    }

    private SslClientAuthenticationOptions Options() => new()
    {
        TargetHost = target.Host,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate as X509Certificate2, chain, errors),
        CertificateChainPolicy = settings.Roots is { } roots ? OwnRoots(roots) : null,
    };

    private static X509ChainPolicy OwnRoots(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private bool Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None) return true;
        _certificateFault = FaultOf(certificate, chain, errors);
        return settings.IsInsecure;
    }

    /// <summary>Several things may be wrong at once; what is certain whomever one trusts comes first.</summary>
    private LayerException FaultOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null) return new("no certificate", "the service shows no certificate");
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status);
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return new("certificate expired", FormattableString.Invariant(
                $"the certificate is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return new("certificate name", $"the certificate is for {NamesOf(certificate)}, not for {target.Host}");
        return status.HasFlag(X509ChainStatusFlags.Revoked)
            ? new("certificate revoked", "the certificate is revoked")
            : new("certificate untrusted", $"the certificate is not trusted ({status})");
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())));
        var text = string.Join(", ", names.Take(5));
        return text.Length is 0 ? "no name" : text;
    }

    private static LayerException Explain(Exception exception) => exception switch
    {
        AuthenticationException => new("tls", $"the TLS handshake failed: {Innermost(exception).Message}"),
        _ => LayerFaults.Explain(exception) is { Signature: "closed" or "unexpected" }
            ? new("closed", "the connection was closed during the TLS handshake")
            : LayerFaults.Explain(exception),
    };

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }
}
