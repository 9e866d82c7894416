namespace Gatehouse.Diagnosis;

/// <summary>The layers that a client passes on its way to an answer, in their order.</summary>
public enum ProbeLayer
{
    /// <summary>The name is resolved.</summary>
    Dns,

    /// <summary>The address takes a connection.</summary>
    Tcp,

    /// <summary>The connection is encrypted and the certificate trusted.</summary>
    Tls,

    /// <summary>The WebSocket handshake is answered with 101 and the right accept key.</summary>
    Upgrade,

    /// <summary>The service says its first word: Gatehouse's <c>welcome</c>.</summary>
    Hello,

    /// <summary>A message is answered.</summary>
    Turn,

    /// <summary>The connection lasts while nothing is said but pings.</summary>
    Hold,

    /// <summary>A second connection continues where the first one was cut.</summary>
    Resume,

    /// <summary>The connection ends as it should.</summary>
    Close,
}
