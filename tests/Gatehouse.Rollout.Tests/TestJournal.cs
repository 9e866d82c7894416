using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Rollout.Tests;

internal sealed class TestJournal : IRolloutJournal
{
    public void Write(JournalEntry entry) => TestContext.Current.TestOutputHelper?.WriteLine($"{entry.At:HH:mm:ss.fff} {entry.Step} {entry.Text}");
}
