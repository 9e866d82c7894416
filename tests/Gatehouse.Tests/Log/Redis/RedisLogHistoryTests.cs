using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Testing.Servers;
using StackExchange.Redis;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>
/// Random histories of one thread, every call compared with <see cref="ThreadLog"/>: owners that come and go, calls made again, and a
/// Redis that forgets, goes back in time, loses one key of two, and forgets its scripts.
/// </summary>
public sealed class RedisLogHistoryTests : IAsyncLifetime
{
    private const int Window = 6;
    private const int Histories = 120;
    private const int Steps = 80;
    private const long LastExactSeq = (1L << 53) - 1;

    private RedisServer? _server;

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task The_scripts_answer_as_the_rules_do_whatever_happens_to_Redis()
    {
        await using var parts = new RedisParts(_server!.Endpoint, Window);
        for (var seed = 0; seed < Histories; seed++)
        {
            var history = new History(parts, seed);
            try
            {
                for (var step = 0; step < Steps; step++) await history.StepAsync();
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}: {exception.Message}\n{string.Join('\n', history.Told)}");
            }
        }
    }

    private sealed class History(RedisParts parts, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly string _thread = $"thread-{seed}";
        private readonly List<Position> _positions = [Origin(seed)];
        private readonly List<(byte[]?[] Keys, Model Model)> _dumps = [];
        private Model _model = new();
        private Func<Task>? _again;
        private int _texts;

        public List<string> Told { get; } = [];

        public Task StepAsync()
        {
            var step = _random.Next(100);
            return step switch
            {
                < 12 => BeginAsync(),
                < 60 => AppendAsync(),
                < 70 => AgainAsync(),
                < 88 => ReadAsync(),
                < 90 => HappenAsync("flush", database => database.ExecuteAsync("FLUSHALL"), () => new()),
                < 92 => HappenAsync("time", _ => parts.PassAsync(_thread, TimeSpan.FromHours(2)), () => new()),
                < 93 => HappenAsync("scripts forgotten", database => database.ExecuteAsync("SCRIPT", "FLUSH"), () => _model),
                < 94 => HappenAsync("hash lost", database => database.KeyDeleteAsync(Keys[0]), () => new()),
                < 95 => HappenAsync("stream lost", database => database.KeyDeleteAsync(Keys[1]), () => _model.WithoutStream()),
                < 97 => DumpAsync(),
                < 99 => GoBackAsync(),
                _ => GoBackByHalfAsync(),
            };
        }

        private RedisKey[] Keys => parts.Names.Log(_thread);

        // Three starts: the beginning of a thread, one that a number with an exponent would spoil, and the last exact ones.
        private static Position Origin(int seed) => (seed % 3) switch
        {
            0 => Position.Start,
            1 => new(999_999_999_999_990, 0xFEDC_BA98_7654_3210),
            _ => new(LastExactSeq - 3 * Steps, 1),
        };

        private async Task BeginAsync()
        {
            var (generation, position) = (Generation(), Somewhere());
            _again = () => CompareAsync($"begin {generation} at {position}",
                async () => Say(await parts.Log.BeginAsync(_thread, generation, position, default)), () => Say(_model.Begin(generation, position)));
            await _again();
        }

        private async Task AppendAsync()
        {
            var expected = _random.Next(8) == 0 ? Somewhere() : _model.Head ?? Somewhere();
            var entries = new LogEntry[_random.Next(1, 4)];
            var head = expected;
            for (var i = 0; i < entries.Length; i++)
            {
                var utf8 = Encoding.UTF8.GetBytes($"event {_texts++} {new string('x', _random.Next(40))}");
                _positions.Add(head = head.Next(utf8));
                entries[i] = new(head, utf8, Rewound: _random.Next(10) == 0);
            }
            var generation = _random.Next(6) == 0 ? Generation() : _model.Generation;
            var checkpoint = expected with { Seq = Math.Max(0, expected.Seq - _random.Next(3 * Window)) };
            var append = new LogCall.Append(generation, expected, entries, checkpoint);
            _again = () => CompareAsync($"append {generation} {expected} + {entries.Length}, checkpoint {checkpoint.Seq}",
                async () => Say(await parts.Log.AppendAsync(_thread, append, default)), () => Say(_model.Append(append)));
            await _again();
        }

        private Task AgainAsync() => _again?.Invoke() ?? Task.CompletedTask;

        private Task ReadAsync()
        {
            var (after, limit) = (Anywhere(), _random.Next(1, 3 * Window));
            return CompareAsync($"read {after} {limit}",
                async () => Say(await parts.Log.ReadAsync(_thread, after, limit, default)), () => Say(_model.Read(after, limit)));
        }

        private async Task HappenAsync(string what, Func<IDatabase, Task> inRedis, Func<Model> inModel)
        {
            Told.Add(what);
            await inRedis(await parts.DatabaseAsync());
            _model = inModel();
        }

        private async Task DumpAsync()
        {
            var database = await parts.DatabaseAsync();
            Told.Add($"dump {_dumps.Count}");
            _dumps.Add((await Task.WhenAll(Keys.Select(key => database.KeyDumpAsync(key))), _model.Copy()));
        }

        private async Task GoBackAsync()
        {
            if (_dumps.Count == 0) return;
            var dump = _dumps[_random.Next(_dumps.Count)];
            await HappenAsync($"back to dump {_dumps.IndexOf(dump)}", async database =>
            {
                for (var i = 0; i < 2; i++) await RestoreAsync(database, Keys[i], dump.Keys[i]);
            }, dump.Model.Copy);
        }

        // One key of the two goes back. There is no rule for that; but nothing may ever be read that is off the chain.
        private async Task GoBackByHalfAsync()
        {
            if (_dumps.Count == 0) return;
            var (database, which) = (await parts.DatabaseAsync(), _random.Next(2));
            Told.Add($"key {which} goes back alone");
            await RestoreAsync(database, Keys[which], _dumps[_random.Next(_dumps.Count)].Keys[which]);
            for (var i = 0; i < 5; i++)
            {
                var slice = await parts.Log.ReadAsync(_thread, Anywhere(), 3 * Window, default);
                var last = slice.After;
                foreach (var entry in slice.Entries) Assert.Equal(last = last.Next(entry.Utf8.Span), entry.Position);
            }
            // Whoever begins finds a whole log or none: it is whole from then on.
            var position = Somewhere();
            var begun = await parts.Log.BeginAsync(_thread, long.MaxValue >> 11, position, default);
            Assert.Equal(LogVerdict.Done, begun.Verdict);
            var read = await parts.Log.ReadAsync(_thread, position, int.MaxValue, default);
            Assert.True(read.Found);
            Assert.Equal(begun.Head, read.Entries.Count > 0 ? read.Entries[^1].Position : position);
            await HappenAsync("all is lost", _ => database.KeyDeleteAsync(Keys), () => new());
        }

        private static async Task RestoreAsync(IDatabase database, RedisKey key, byte[]? dump)
        {
            await database.KeyDeleteAsync(key);
            if (dump is not null) await database.KeyRestoreAsync(key, dump, TimeSpan.FromMinutes(10));
        }

        private async Task CompareAsync(string call, Func<Task<string>> inRedis, Func<string> inModel)
        {
            var expected = inModel();
            Told.Add($"{call} → {expected}");
            Assert.Equal(expected, await inRedis());
        }

        private long Generation() => Math.Max(1, _model.Generation + _random.Next(-1, 3));

        // A cursor is a stranger's word.
        private Position Anywhere() => _random.Next(8) == 0 ? new(_random.NextInt64(), (ulong)_random.NextInt64()) : Somewhere();

        private Position Somewhere() => _random.Next(12) switch
        {
            0 => _positions[_random.Next(_positions.Count)] with { Digest = 7 },
            1 => _positions[0],
            2 => _positions[_random.Next(_positions.Count)],
            _ => _positions[^_random.Next(1, Math.Min(_positions.Count, 3 * Window) + 1)],
        };

        private static string Say(LogAnswer answer) => $"{answer.Verdict} {answer.Head}";

        private static string Say(LogSlice slice) => $"{slice.Found} {slice.After}: "
            + string.Join(", ", slice.Entries.Select(entry => $"{entry.Position}{(entry.Rewound ? "r" : "")} {Encoding.UTF8.GetString(entry.Utf8.Span)}"));
    }

    /// <summary>The rules, and what becomes of a log that was lost, whole or by half.</summary>
    private sealed class Model
    {
        private ThreadLog? _log;
        private bool _streamLost;

        public long Generation { get; private set; } = 1;

        public Position? Head => _log?.Head;

        public LogAnswer Begin(long generation, Position position)
        {
            if (_log is null || _streamLost && generation >= Generation) (_log, _streamLost) = (new(Window), false);
            var answer = _log.Begin(generation, position);
            if (answer.Verdict is LogVerdict.Done) Generation = generation;
            return answer;
        }

        public LogAnswer Append(LogCall.Append append)
        {
            if (_log is null) return new(LogVerdict.Diverged, Position.Start);
            if (_streamLost) return new(append.Generation < Generation ? LogVerdict.Fenced : LogVerdict.Diverged, _log.Head);
            return _log.Append(append.Generation, append.Expected, append.Entries, append.Checkpoint);
        }

        public LogSlice Read(Position after, int limit) => _log is null || _streamLost ? LogSlice.None : _log.Read(after, limit);

        public Model Copy() => new() { _log = _log?.Copy(), _streamLost = _streamLost, Generation = Generation };

        // Without entries there is no stream to lose.
        public Model WithoutStream()
        {
            var copy = Copy();
            copy._streamLost |= copy._log?.Read(new(-1, 0), 1).Entries.Count > 0;
            return copy;
        }
    }
}
