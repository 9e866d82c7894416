using System.Net;
using Gatehouse.Diagnosis;
using Gatehouse.Protocol;

namespace Gatehouse.Cli.Probe;

/// <summary>What has been learnt about the service, by all walks of a run.</summary>
internal sealed class Service(ProbeSettings settings, TimeProvider clock)
{
    private readonly Lock _gate = new();        // guards all below
    private Task<StartupReading>? _reading;
    private Case? _case;
    private bool _hasReadAfterFailure;
    private bool? _isGatehouse = settings.Talk.Service switch { ServiceKind.Gatehouse => true, ServiceKind.Other => false, _ => null };

    /// <summary>Null until it has shown what it is.</summary>
    public bool? IsGatehouse
    {
        get { lock (_gate) return _isGatehouse; }
        set
        {
            // What a service has once proved to be it stays, and what was said on the command line stands.
            lock (_gate) if (settings.Talk.Service is ServiceKind.Auto && _isGatehouse is not true) _isGatehouse = value;
        }
    }

    /// <summary>Its view of itself, as it was last read; null if it was not read.</summary>
    public StartupReading? Startup
    {
        get { lock (_gate) return _reading is { IsCompletedSuccessfully: true } ? _reading.Result : null; }
    }

    /// <summary>All that it knows of itself, as of the first walk that failed; null if it was not asked or does not tell.</summary>
    public Case? Case
    {
        get { lock (_gate) return _case; }
    }

    /// <summary>
    /// The subprotocols to offer. A stranger is offered none: some servers refuse what they do not know, others choose whatever comes
    /// first. A service with our start-up probe is offered Gatehouse's, and only a Gatehouse chooses it.
    /// </summary>
    public IReadOnlyList<string> Offers =>
        settings.Handshake.Subprotocols ?? (IsGatehouse is true || IsGatehouse is null && Startup is { IsOurs: true } ? [Limits.Subprotocol] : []);

    /// <summary>Reads the start-up probe, once, before the first upgrade.</summary>
    public Task MeetAsync(IPAddress address, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (settings.Talk.Service is ServiceKind.Other) return Task.CompletedTask;
            if (_reading is null or { IsCompletedSuccessfully: false, IsCompleted: true })
                _reading = new StartupReader(settings, clock).ReadAsync(address, cancellationToken);
            return _reading.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads it again after the first walk that failed, so that both views are of the same time.</summary>
    public async Task ReadAfterFailureAsync(IPAddress address, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_hasReadAfterFailure || settings.Talk.Service is ServiceKind.Other) return;
            _hasReadAfterFailure = true;
        }
        var reader = new StartupReader(settings, clock);
        var reading = await reader.ReadAsync(address, cancellationToken);
        var known = reading.IsOurs ? await reader.ReadCaseAsync(address, cancellationToken) : null;
        lock (_gate) (_reading, _case) = (Task.FromResult(reading), known);
    }

    /// <summary>The upgrade's answer may show what the service is.</summary>
    public void Learn(UpgradeAnswer answer)
    {
        if (answer.Refusal is not null) IsGatehouse = true;
        else if (answer.Subprotocol is Limits.Subprotocol && Startup is { IsOurs: true } && settings.Handshake.Subprotocols is null)
            IsGatehouse = true;     // without it, it may still be one behind something that strips headers: its first word tells
    }
}
