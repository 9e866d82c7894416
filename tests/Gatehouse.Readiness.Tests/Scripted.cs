using System.Threading.Channels;

namespace Gatehouse.Readiness.Tests;

/// <summary>A check that answers what the test tells it to, and says when it is asked.</summary>
internal sealed class Scripted
{
    private readonly Channel<NodeContext> _asked = Channel.CreateUnbounded<NodeContext>();
    private volatile Func<CancellationToken, Task<CheckResult>> _answer;
    private int _count;

    public Scripted(CheckResult answer) => _answer = _ => Task.FromResult(answer);

    public int Count => Volatile.Read(ref _count);

    public void Answer(CheckResult answer) => _answer = _ => Task.FromResult(answer);

    public void Answer(Func<CancellationToken, Task<CheckResult>> answer) => _answer = answer;

    public void Throw(Func<Exception> exception) => _answer = _ => throw exception();

    public Task<CheckResult> CheckAsync(NodeContext node, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        var answer = _answer;
        _asked.Writer.TryWrite(node);
        return answer(cancellationToken);
    }

    public async Task<NodeContext> AskedAsync() => await _asked.Reader.ReadAsync().AsTask().WaitAsync(GraphHarness.Patience);
}
