using Gatehouse.Consistency.Clients;

namespace Gatehouse.Consistency;

/// <summary>What must hold when everything has come to rest; nothing of it is asked of the product.</summary>
internal sealed class Checker(Words words, Violations violations)
{
    /// <summary>Every accepted message is stored exactly once, in the order of acceptance, and answered exactly once and wholly.</summary>
    public void CheckStore(string threadId, StoredThread stored)
    {
        var accepted = words.Accepted[threadId];
        var sent = stored.Messages.Where(message => message.Role == "user").Select(message => (message.Id, message.Content, message.RunId)).ToList();
        violations.Unless(sent.SequenceEqual(accepted.Select(message => (message.MessageId, message.Text, message.RunId))),
            $"thread {threadId}: {accepted.Count} messages were accepted, and the store has {sent.Count}, or others, or in another order");
        foreach (var message in accepted)
        {
            var answers = stored.Messages.Where(each => each.RunId == message.RunId && each.Role == "assistant" && each.Content.Length > 0).ToList();
            violations.Unless(answers is [var answer] && answer.Content == Words.Answer(message.Text),
                $"thread {threadId}: run {message.RunId} was answered by {answers.Count} messages: {string.Join(" | ", answers.Select(each => each.Content))}");
            violations.Unless(stored.RunStates.GetValueOrDefault(message.RunId) == "closed", $"run {message.RunId} is {stored.RunStates.GetValueOrDefault(message.RunId)}");
        }
        violations.Unless(stored.RunStates.Count == accepted.Count, $"thread {threadId}: {stored.RunStates.Count} runs for {accepted.Count} messages");
    }

    /// <summary>What a reader has is the store's sequence, byte for byte; and so was each answer at the moment when its run ended.</summary>
    public void CheckReader(View view, StoredThread stored)
    {
        var read = view.Messages.Select(message => (message.Id, message.Role, message.Content));
        var kept = stored.Messages.Select(message => (message.Id, message.Role, message.Content)).ToList();
        violations.Unless(read.SequenceEqual(kept), $"{view.Name}: {view.Messages.Count} messages, and the store has {kept.Count}, or they differ: {Difference(view, stored)}");
        foreach (var (runId, text) in view.AtEnd)
        {
            var answered = stored.Messages.LastOrDefault(message => message.RunId == runId && message.Role == "assistant")?.Content;
            violations.Unless(text == answered, $"{view.Name}: run {runId} ended with '{text}', and the store has '{answered}'");
        }
    }

    private static string Difference(View view, StoredThread stored) =>
        view.Messages.Select(message => $"{message.Role} {message.Id} {message.Content}")
            .Zip(stored.Messages.Select(message => $"{message.Role} {message.Id} {message.Content}"))
            .Where(pair => pair.First != pair.Second)
            .Select(pair => $"'{pair.First}' is not '{pair.Second}'").FirstOrDefault("one is longer");
}
