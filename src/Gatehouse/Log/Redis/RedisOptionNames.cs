using Gatehouse.Hosting;

namespace Gatehouse.Log.Redis;

/// <summary>The options that the client knows. What is none of them is not repeated: it may be a password that ends with an equals sign.</summary>
internal static class RedisOptionNames
{
    private static readonly string[] Known =
    [
        "abortConnect", "allowAdmin", "asyncTimeout", "channelPrefix", "checkCertificateRevocation", "configChannel", "configCheckSeconds",
        "connectRetry", "connectTimeout", "defaultDatabase", "highIntegrity", "highPriorityThreads", "keepAlive", "name", "password",
        "preserveAsyncOrder", "protocol", "proxy", "resolveDns", "responseTimeout", "sentinelPassword", "sentinelUser", "serviceName", "setlib",
        "ssl", "sslHost", "sslProtocols", "syncTimeout", "tcpKeepAlive", "tiebreaker", "tunnel", "user", "version", "writeBuffer",
    ];

    /// <summary>Whether a name may be shown: it is an option's, but for one typo at most.</summary>
    public static bool MayBeShown(string name) => MeantName.Of(name, Known) is not null;
}
