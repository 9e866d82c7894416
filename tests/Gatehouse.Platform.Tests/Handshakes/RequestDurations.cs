using System.Diagnostics.Metrics;
using System.Threading.Channels;

namespace Gatehouse.Platform.Handshakes;

/// <summary>What <c>http.server.request.duration</c> says of one route, in the order in which it says it.</summary>
internal sealed class RequestDurations : IDisposable
{
    private readonly Channel<(int Status, TimeSpan Duration)> _recorded = Channel.CreateUnbounded<(int, TimeSpan)>();
    private readonly MeterListener _listener = new();

    public RequestDurations(string route)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.request.duration") listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary();
            if ((string?)labels.GetValueOrDefault("http.route") == route)
                _recorded.Writer.TryWrite(((int)labels["http.response.status_code"]!, TimeSpan.FromSeconds(seconds)));
        });
        _listener.Start();
    }

    /// <summary>How many records nobody has read yet.</summary>
    public int Unread => _recorded.Reader.Count;

    public Task<(int Status, TimeSpan Duration)> NextAsync() => _recorded.Reader.ReadAsync().AsTask().WaitAsync(Waiting.Patience);

    public void Dispose() => _listener.Dispose();
}
