using System.Text;
using Gatehouse.Log;
using Gatehouse.Log.Redis;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log.Redis;

public sealed class BatchTests
{
    private static readonly Position After = new(41, 0xFEDCBA9876543210);

    [Fact]
    public void What_is_encoded_is_decoded_without_a_copy_of_the_events()
    {
        var entries = Chain("first", "", "döner 🥙");
        entries[1] = entries[1] with { Rewound = true };
        var batch = Batch.Encode(After, entries);

        Assert.True(Batch.TryDecode(batch, out var after, out var decoded));
        Assert.Equal(After, after);
        Assert.Equal(entries.Select(Text), decoded.Select(Text));
        Assert.All(decoded, entry => Assert.True(batch.AsSpan().Overlaps(entry.Utf8.Span) || entry.Utf8.IsEmpty));
    }

    [Fact]
    public void Nothing_that_differs_in_one_bit_and_nothing_that_is_cut_short_is_taken_for_a_batch_but_for_the_flag_of_a_takeover()
    {
        var batch = Batch.Encode(After, Chain("first", "second"));
        for (var bit = 0; bit < batch.Length * 8; bit++)
        {
            var damaged = batch.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            // A flag, or the seq, which digests leave out: the feed compares it with its head.
            var isFlag = bit / 8 is 20 or 38;
            var isSeq = bit / 8 < 8;
            Assert.Equal(isFlag || isSeq, Batch.TryDecode(damaged, out _, out _));
        }
        for (var length = 0; length < batch.Length; length++)
            Assert.Equal(length == 34, Batch.TryDecode(batch.AsMemory(0, length), out _, out _));      // the first entry, whole
    }

    private static LogEntry[] Chain(params string[] texts)
    {
        var head = After;
        return [.. texts.Select(text => new LogEntry(head = head.Next(Encoding.UTF8.GetBytes(text)), Encoding.UTF8.GetBytes(text)))];
    }

    private static string Text(LogEntry entry) => $"{entry.Position} {entry.Rewound} {Encoding.UTF8.GetString(entry.Utf8.Span)}";
}
