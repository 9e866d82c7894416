using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>What a failed call says about the database.</summary>
internal enum FaultKind
{
    /// <summary>The call itself is wrong; it would fail again.</summary>
    Defect,

    /// <summary>It lost against another call, which has ended by now: at once it may succeed.</summary>
    Collision,

    /// <summary>Its connection is no good any more; another one may be.</summary>
    Connection,

    /// <summary>The database is there and cannot take the call now.</summary>
    Busy,

    /// <summary>The database did not answer in time.</summary>
    Silent,

    /// <summary>The database does not let this server in, or is not there.</summary>
    Closed,
}

/// <summary>Reads what Npgsql throws. Pure; it decides by codes and types, never by the words of a message.</summary>
internal static class PostgresFault
{
    public static FaultKind KindOf(Exception exception) => exception switch
    {
        PostgresException answer => KindOf(answer.SqlState),
        ThreadRemovedException => FaultKind.Collision,
        TimeoutException => FaultKind.Silent,
        NpgsqlException { InnerException: TimeoutException } => FaultKind.Silent,
        NpgsqlException { InnerException: NpgsqlException inner } => KindOf(inner),
        NpgsqlException { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => KindOf(first),   // of several hosts
        NpgsqlException { InnerException: SocketException } or SocketException => FaultKind.Closed,
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or CryptographicException => FaultKind.Closed,     // of the encryption
        NpgsqlException or IOException or ObjectDisposedException => FaultKind.Connection,
        _ => FaultKind.Defect,
    };

    /// <summary>Whether the database or the line to it is at fault, and not this program.</summary>
    public static bool IsTheWorlds(Exception exception) =>
        exception is NpgsqlException or TimeoutException or SocketException or IOException or UnauthorizedAccessException or CryptographicException;

    private static FaultKind KindOf(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => FaultKind.Collision,
        PostgresErrorCodes.ReadOnlySqlTransaction           // what was the primary is a replica now
            or PostgresErrorCodes.FeatureNotSupported       // a prepared statement's result has another type after a migration
            or PostgresErrorCodes.InvalidSqlStatementName   // a prepared statement that the server has forgotten
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.DatabaseDropped or PostgresErrorCodes.IdleSessionTimeout => FaultKind.Connection,
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled
            or PostgresErrorCodes.ObjectInUse => FaultKind.Busy,
        PostgresErrorCodes.InvalidCatalogName => FaultKind.Closed,
        _ => state.AsSpan(0, 2) switch
        {
            "08" => FaultKind.Connection,
            "53" or "58" => FaultKind.Busy,
            "28" => FaultKind.Closed,
            _ => FaultKind.Defect,
        },
    };
}
