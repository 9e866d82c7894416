using System.Buffers.Binary;
using Gatehouse.Cli.Probe;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class FrameWatchTests
{
    [Fact]
    public void Every_pong_is_found_wherever_reads_end()
    {
        var random = new Random(3);
        for (var time = 0; time < 300; time++)
        {
            List<byte> bytes = [];
            List<byte[]> sent = [], found = [];
            for (var i = random.Next(1, 20); i > 0; i--)
            {
                var isPong = random.Next(3) is 0;
                var payload = new byte[isPong ? random.Next(0, 126) : random.Next(4) switch { 0 => random.Next(126, 3000), 1 => random.Next(65_536, 70_000), _ => random.Next(0, 126) }];
                random.NextBytes(payload);
                if (isPong) sent.Add(payload);
                bytes.AddRange(Frame(isPong ? 0xA : random.Next(0, 3), payload));
            }
            var watch = new FrameWatch(payload => found.Add(payload.ToArray()));
            for (var rest = bytes.ToArray().AsSpan(); !rest.IsEmpty;)
            {
                var length = Math.Min(random.Next(1, random.Next(2, 5000)), rest.Length);
                watch.Pass(rest[..length]);
                rest = rest[length..];
            }
            Assert.Equal(sent, found);
        }
    }

    private static byte[] Frame(int opcode, byte[] payload)
    {
        var header = new byte[payload.Length < 126 ? 2 : payload.Length < 65_536 ? 4 : 10];
        header[0] = (byte)(0x80 | opcode);
        header[1] = (byte)(header.Length switch { 2 => payload.Length, 4 => 126, _ => 127 });
        if (header.Length is 4) BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
        if (header.Length is 10) BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)payload.Length);
        return [.. header, .. payload];
    }
}
