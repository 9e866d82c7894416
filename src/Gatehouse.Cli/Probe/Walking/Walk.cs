using System.Net;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>What one walk has in its hands: each layer finds here what those before it have left.</summary>
internal sealed class Walk(ProbeSettings settings, Service service, TimeProvider clock) : IDisposable
{
    public ProbeSettings Settings => settings;
    public Service Service => service;
    public TimeProvider Clock => clock;

    /// <summary>The target's, from the name layer on.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; set; } = [];

    /// <summary>From the TCP layer on.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>Once there was one, whatever it said.</summary>
    public UpgradeAnswer? Answer { get; set; }

    /// <summary>The subprotocols that were offered with the upgrade.</summary>
    public IReadOnlyList<string> Offered { get; set; } = [];

    /// <summary>A known answer of a platform or proxy, if it was one.</summary>
    public KnownAnswer? Known { get; set; }

    /// <summary>The open WebSocket, from the upgrade on.</summary>
    public Line? Line { get; private set; }

    /// <summary>The Gatehouse at the other end, from its hello on.</summary>
    public GatehouseLine? Gatehouse { get; set; }

    /// <summary>The node for which a Gatehouse that accepted the upgrade waits, if it said so instead of a hello.</summary>
    public string? StartingNode { get; set; }

    /// <summary>What was said and heard in the chat turn of a Gatehouse.</summary>
    public Turn? Turn { get; set; }

    /// <summary>Whether this layer is wanted, or needed for one that is.</summary>
    public bool Wants(ProbeLayer layer) => settings.Layers.Contains(layer) || layer switch
    {
        < ProbeLayer.Hello => settings.Layers.Any(wanted => wanted > layer),
        ProbeLayer.Hello => settings.Layers.Contains(ProbeLayer.Turn) || settings.Layers.Contains(ProbeLayer.Resume),
        ProbeLayer.Turn => settings.Layers.Contains(ProbeLayer.Resume),
        _ => false,
    };

    /// <summary>Goes on with this connection; the one before is cut, as a broken line is.</summary>
    public void Use(Connection connection)
    {
        Line?.Dispose();
        (Line, Gatehouse) = (null, null);
        Connection?.Cut();
        Connection = connection;
    }

    /// <summary>Goes on with a WebSocket over the connection.</summary>
    public void Open(FrameStream frames, string? subprotocol) => Line = new(frames, subprotocol);

    public void Dispose()
    {
        Turn?.Dispose();
        Line?.Dispose();
        Connection?.Dispose();
    }
}
