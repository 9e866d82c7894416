using System.Globalization;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The names of all that is kept in Redis and all that is said there, under one prefix. What stands in braces decides on which
/// node of a cluster it lives: all of a thread on one.
/// </summary>
internal sealed class RedisNames
{
    public const string DefaultPrefix = "gatehouse:";

    private readonly string _prefix;

    /// <param name="database">The number of the database. Channels know no databases, so it is a part of all names but for 0.</param>
    public RedisNames(string prefix = DefaultPrefix, int database = 0) =>
        _prefix = database == 0 ? prefix : string.Create(CultureInfo.InvariantCulture, $"{prefix}{database}:");

    /// <summary>What the signals between instances are said on.</summary>
    public RedisChannel Signals => RedisChannel.Sharded($"{_prefix}signals");

    /// <summary>The hash and the stream of a thread's log.</summary>
    public RedisKey[] Log(string threadId) => [$"{_prefix}{{{threadId}}}", $"{_prefix}{{{threadId}}}:events"];

    /// <summary>What a thread's appends are published on. Named like the hash: the script says so.</summary>
    public RedisChannel Publications(string threadId) => RedisChannel.Sharded($"{_prefix}{{{threadId}}}");

    /// <summary>What an instance sends itself an echo on; lives where the thread of that name does.</summary>
    public RedisChannel Echo(string probeId) => RedisChannel.Sharded($"{_prefix}{{{probeId}}}:echo");

    /// <summary>The name of a thread that an instance proves Redis with. A tilde, so that no client's thread has it.</summary>
    public static string Probe(Instance instance, int number) => string.Create(CultureInfo.InvariantCulture, $"~{number}~{instance.Id}");
}
