namespace Gatehouse.CloudRun.Rollout;

/// <summary>Our own sockets at one revision, by its tag's URL: each thing that is tried is measured, and no fault is thrown.</summary>
internal sealed class RevisionUnderTest(string revision, Uri url, RevisionMeasures measures, VerifySettings settings, HttpMessageInvoker http, TimeProvider clock)
{
    private readonly Uri _address = new UriBuilder(url) { Scheme = url.Scheme is "https" ? "wss" : "ws", Path = settings.Path }.Uri;

    public string Revision => revision;

    public Uri Url => url;

    public RevisionMeasures Measures => measures;

    /// <summary>Opens a socket and closes it.</summary>
    public async Task UpgradeAsync(CancellationToken cancellationToken)
    {
        await using var socket = await OpenAsync(null, cancellationToken);
    }

    /// <summary>A whole turn on a socket of its own; every other one is cut in the middle and resumed by a second socket.</summary>
    /// <param name="timed">Whether its first event counts: that of a process which is still cold tells nothing of the revision.</param>
    public async Task TurnAsync(bool cut, bool timed, CancellationToken cancellationToken)
    {
        if (await OpenAsync(null, cancellationToken) is not { } socket) return;
        var turn = new SyntheticTurn(settings, clock);
        string? failure = null;
        using var late = new CancellationTokenSource(settings.Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await turn.SayAsync(socket, limit.Token);
            if (!cut) await turn.ReadAllAsync(socket, limit.Token);
            else if (!await turn.ReadSomeAsync(socket, limit.Token))
            {
                var resume = socket.ResumeToken;
                socket.Abort();
                // Measured as an upgrade that failed, so that it is not told twice.
                if (await OpenAsync(resume, cancellationToken) is not { } second) return;
                socket = second;
                await turn.ResumeAsync(socket, limit.Token);
                await turn.ReadAllAsync(socket, limit.Token);
            }
        }
        catch (SyntheticException exception)
        {
            failure = exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = turn.FirstEvent is null ? $"no first event within {settings.Timeout.TotalSeconds:0.#} s" : $"the turn did not end within {settings.Timeout.TotalSeconds:0.#} s";
        }
        finally
        {
            await socket.DisposeAsync();
        }
        measures.Turned(new(timed ? turn.FirstEvent : null, failure));
    }

    /// <summary>Opens a socket, which the caller owns. Null if that failed, which is measured.</summary>
    public async Task<SyntheticSocket?> OpenAsync(string? resume, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(settings.Timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var socket = await SyntheticSocket.OpenAsync(_address, http, resume, clock, limit.Token);
            if (socket.Revision == revision)
            {
                measures.Upgraded(default);
                return socket;
            }
            measures.Upgraded(new($"'{socket.Revision}' answers for '{revision}'", null, IsWrongRevision: true));
            await socket.DisposeAsync();
        }
        catch (SyntheticException exception)
        {
            measures.Upgraded(new(exception.Message, exception.Status));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            measures.Upgraded(new($"no welcome within {settings.Timeout.TotalSeconds:0.#} s"));
        }
        return null;
    }
}
