using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log;

public sealed class FeedTests
{
    public static TheoryData<string> Logs => ["none", "begun and empty", "begun elsewhere and empty", "with an entry"];

    [Theory]
    [MemberData(nameof(Logs))]
    public void Once_it_has_looked_at_the_log_it_has_an_answer_for_a_reader_without_a_cursor(string log)
    {
        var feed = new Feed(100, 10_000);
        Assert.IsType<ReaderStep.Wait>(new Reader(null).Next(feed));

        feed.Load(Slice(log));

        Assert.IsType<ReaderStep.ReadStore>(new Reader(null).Next(feed));
    }

    [Fact]
    public void What_is_published_after_a_log_that_was_begun_and_empty_is_read_from_the_ring()
    {
        var feed = new Feed(100, 10_000);
        feed.Load(Slice("begun and empty"));
        var entry = Entry();

        Assert.True(feed.Extend(Position.Start, [entry]));

        var send = Assert.IsType<ReaderStep.Send>(new Reader(Position.Start).Next(feed));
        Assert.Equal(entry, Assert.Single(send.Entries));
    }

    [Fact]
    public void Events_that_came_while_the_store_was_read_are_sent_in_place_of_the_snapshot()
    {
        var feed = new Feed(100, 10_000);
        feed.Load(LogSlice.None);
        var reader = new Reader(Position.Start);
        Assert.IsType<ReaderStep.ReadLog>(reader.Next(feed));
        Assert.Null(reader.LogRead(LogSlice.None));
        Assert.IsType<ReaderStep.ReadStore>(reader.Next(feed));
        var entry = Entry();
        feed.Extend(Position.Start, [entry]);

        Assert.Equal(SnapshotUse.NotNeeded, reader.SnapshotRead(entry.Position, feed));

        Assert.Equal(entry, Assert.Single(Assert.IsType<ReaderStep.Send>(reader.Next(feed)).Entries));
    }

    private static LogSlice Slice(string log) => log switch
    {
        "none" => LogSlice.None,
        "begun and empty" => new(true, Position.Start, []),
        "begun elsewhere and empty" => new(false, new(7, 7), []),
        _ => new(true, Position.Start, [Entry()]),
    };

    private static LogEntry Entry() => new(new(1, 1), "{}"u8.ToArray());
}
