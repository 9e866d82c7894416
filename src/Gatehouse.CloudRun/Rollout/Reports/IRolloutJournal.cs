namespace Gatehouse.CloudRun.Rollout;

/// <summary>Is told what happens while it happens. Called from one task at a time.</summary>
public interface IRolloutJournal
{
    void Write(JournalEntry entry);
}

public sealed record JournalEntry(DateTimeOffset At, RolloutStep Step, string Text);
