using System.Security.Cryptography.X509Certificates;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>How one walk through the layers is made.</summary>
internal sealed record ProbeSettings(ProbeTarget Target)
{
    private static readonly IReadOnlySet<ProbeLayer> Every = Enum.GetValues<ProbeLayer>().ToHashSet();

    /// <summary>The layers that are asked for. Those before the last of them are passed as far as they are needed.</summary>
    public IReadOnlySet<ProbeLayer> Layers { get; init; } = Every;

    public LayerTimeouts Timeouts { get; init; } = new();

    /// <summary>How long the connection is held with pings. Default 3 s: long enough for three pings, short enough for a pipeline.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(3);

    public HandshakeSettings Handshake { get; init; } = new();

    public TalkSettings Talk { get; init; } = new();

    /// <summary>How long a service that has not shown what it is may take for a first word. Default 1 s; waited once per run.</summary>
    public TimeSpan FirstWord { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What must not be shown.</summary>
    public Secrets Secrets => field ??= Secrets.Of(this);
}

/// <summary>What goes into the handshakes of TLS and WebSocket.</summary>
internal sealed record HandshakeSettings
{
    /// <summary>Headers beside those of the handshake. Their values are never shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? Origin { get; init; }

    /// <summary>The subprotocols that are offered; null: Gatehouse's own where its start-up probe answers, none elsewhere.</summary>
    public IReadOnlyList<string>? Subprotocols { get; init; }

    /// <summary>Whether any certificate is taken. What is wrong with it is said all the same.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Trusted in place of the system's roots; null: the system's.</summary>
    public X509Certificate2Collection? Roots { get; init; }
}

/// <summary>What is said to the service, and what it should say.</summary>
internal sealed record TalkSettings
{
    public ServiceKind Service { get; init; }

    /// <summary>What a service's first word has to contain; null: only a Gatehouse has to say one.</summary>
    public string? Hello { get; init; }

    /// <summary>What is sent to a service that is no Gatehouse; null: nothing.</summary>
    public string? Send { get; init; }

    /// <summary>What the answer to <see cref="Send"/> has to contain; null: anything will do.</summary>
    public string? Expect { get; init; }

    /// <summary>The message of a Gatehouse's chat turn.</summary>
    public string Message { get; init; } = "Are you ready?";

    /// <summary>The agent of a Gatehouse's chat turn; null: the server's default.</summary>
    public string? Agent { get; init; }
}

/// <summary>What the service is taken for.</summary>
internal enum ServiceKind
{
    /// <summary>What it shows itself to be.</summary>
    Auto,

    /// <summary>A Gatehouse, whatever it shows.</summary>
    Gatehouse,

    /// <summary>Not a Gatehouse.</summary>
    Other,
}
