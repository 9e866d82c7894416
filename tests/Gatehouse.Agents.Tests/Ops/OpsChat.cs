using System.Diagnostics.Metrics;
using Gatehouse.Agents.Ops;
using Gatehouse.Operations;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Agents.Tests.Ops;

/// <summary>The ops agent with its tools over facts that the test sets, run as the runner would.</summary>
internal sealed class OpsChat : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public OpsChat(double tokensPerSecond = 0)
    {
        Metrics = new GatehouseMetrics(_services.GetRequiredService<IMeterFactory>());
        Facts = new OpsFacts(Metrics, Clock);
        Agent = OpsAgent.Create(Facts, new OpsOptions { TokensPerSecond = tokensPerSecond }, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();
    public GatehouseMetrics Metrics { get; }
    public OpsFacts Facts { get; }
    public Agent Agent { get; }
    public List<ChatMessage> History { get; } = [];
    public List<string> Called { get; } = [];

    private ChatOptions Options => new() { Tools = [.. Agent.Tools.Select(tool => tool.Function)] };

    public async Task<List<ChatResponseUpdate>> StepAsync()
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Agent.Model.GetStreamingResponseAsync(History, Options, TestContext.Current.CancellationToken))
            updates.Add(update);
        return updates;
    }

    /// <summary>Runs steps until there is no call any more; the text of the last one.</summary>
    public async Task<string> AskAsync(string text, Func<object?, object?>? checkpoint = null)
    {
        History.Add(new(ChatRole.User, text));
        for (var step = 0; step < 5; step++)
        {
            var message = Assert.Single((await StepAsync()).ToChatResponse().Messages);
            History.Add(message);
            var calls = message.Contents.OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
                return message.Text;
            foreach (var call in calls)
            {
                Called.Add(call.Name);
                var tool = Agent.Tools.Single(tool => tool.Function.Name == call.Name);
                var result = await tool.Function.InvokeAsync(new(call.Arguments), TestContext.Current.CancellationToken);
                History.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, checkpoint is null ? result : checkpoint(result))]));
            }
        }
        throw new InvalidOperationException("The agent never answered.");
    }

    public void Dispose()
    {
        Agent.Model.Dispose();
        _services.Dispose();
    }
}
