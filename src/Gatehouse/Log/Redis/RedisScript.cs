using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>A Lua script that ships in this assembly. Called by its hash; a server that has forgotten it is given its text.</summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Begin = new("begin");
    public static readonly RedisScript Append = new("append");
    public static readonly RedisScript Read = new("read");

    private readonly string _text;
    private readonly byte[] _hash;

    private RedisScript(string name)
    {
        _text = TextOf("log") + TextOf(name);
        _hash = SHA1.HashData(Encoding.UTF8.GetBytes(_text));   // the name that Redis gives a script
    }

    public async Task<RedisResult> EvaluateAsync(IDatabase database, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_hash, keys, values);
        }
        catch (RedisServerException refusal) when (refusal.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(_text, keys, values, CommandFlags.NoScriptCache);
        }
    }

    private static string TextOf(string file)
    {
        using var resource = typeof(RedisScript).Assembly.GetManifestResourceStream($"redis/{file}.lua")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
