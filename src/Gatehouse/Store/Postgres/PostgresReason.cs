using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>Why the database cannot be used, for an operator: what is wrong, what to do, and a signature for the catalogue of causes.</summary>
internal readonly record struct PostgresReason(string Text, string Signature)
{
    private const string Key = "ConnectionStrings:Database";

    /// <summary>Reads a failure to connect or to be answered. Passwords are in none of these.</summary>
    public static PostgresReason Of(Exception exception, PostgresAddress address) => exception switch
    {
        PostgresException answer => OfAnswer(answer, address),
        // Npgsql has no code of its own for it. The inner exception is a timeout, which would be read as the server's.
        NpgsqlException exhausted when exhausted.Message.Contains("pool has been exhausted", StringComparison.Ordinal) => new(
            $"All connections that this instance may have to PostgreSQL at {address} are taken and none comes back. "
            + $"Look in pg_stat_activity for sessions that are idle in transaction, or raise Maximum Pool Size in {Key}.",
            "pool_exhausted"),
        NpgsqlException { InnerException: NpgsqlException inner } => Of(inner, address),
        NpgsqlException { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => Of(first, address),      // of several hosts
        NpgsqlException { InnerException: { } inner } => OfLine(inner, exception, address),
        _ => OfLine(exception, exception, address),
    };

    /// <summary>The server takes connections, but not writes.</summary>
    public static PostgresReason ReadOnly(PostgresAddress address, bool isReplica) => new(
        isReplica
            ? $"PostgreSQL at {address} is a read-only replica. Point {Key} at the primary, or name all hosts (Host=a,b), so that it is found."
            : $"PostgreSQL at {address} takes no writes: default_transaction_read_only is on. Turn it off for the database or the user.",
        PostgresErrorCodes.ReadOnlySqlTransaction);

    public static PostgresReason WrongEncoding(PostgresAddress address, string encoding) => new(
        $"The database {address} has the encoding {encoding}; it must be UTF8, or words are lost. Create it anew with ENCODING 'UTF8'.",
        PostgresErrorCodes.CharacterNotInRepertoire);

    private static PostgresReason OfAnswer(PostgresException answer, PostgresAddress address) => new(
        answer.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword =>
                $"PostgreSQL at {address} refuses the password of the user {address.User}, or does not know the user. Put the right ones into {Key}.",
            PostgresErrorCodes.InvalidAuthorizationSpecification =>
                $"PostgreSQL at {address} does not let the user {address.User} in from here{Plain(address)}. Allow it in pg_hba.conf, or correct {Key}.",
            PostgresErrorCodes.InvalidCatalogName =>
                $"PostgreSQL at {address} has no database {address.Database}. Create it, or correct {Key}.",
            // All limits have one state; who has refused tells them apart.
            PostgresErrorCodes.TooManyConnections when answer.Routine == "InitializeSessionUserId" =>
                $"The user {address.User} has no connection left at PostgreSQL at {address}. Raise its CONNECTION LIMIT (ALTER ROLE), or lower Maximum Pool Size in {Key}.",
            PostgresErrorCodes.TooManyConnections when answer.Routine == "CheckMyDatabase" =>
                $"The database {address} has no connection left. Raise its CONNECTION LIMIT (ALTER DATABASE), or lower Maximum Pool Size in {Key}.",
            PostgresErrorCodes.TooManyConnections =>
                $"PostgreSQL at {address} has no connection left. Raise its max_connections, or lower Maximum Pool Size in {Key}.",
            PostgresErrorCodes.CannotConnectNow => $"PostgreSQL at {address} is starting up or shutting down. Wait for it.",
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
                $"PostgreSQL at {address} is shutting down. Wait for it, or start it.",
            PostgresErrorCodes.InsufficientPrivilege =>
                $"PostgreSQL at {address} denies the user {address.User} what is needed: {answer.MessageText}. Grant it.",
            PostgresErrorCodes.DiskFull => $"The disk of PostgreSQL at {address} is full. Make room on it.",
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                $"PostgreSQL at {address} takes no writes: it is a read-only replica, or default_transaction_read_only is on. Point {Key} at the primary, or turn that off.",
            _ => $"PostgreSQL at {address} answers: {answer.MessageText} ({answer.SqlState}).",
        },
        answer.SqlState);

    // Npgsql does not tell a server that demands encryption from one that does not know the host: both are 28000.
    private static string Plain(PostgresAddress address) => address.IsPlain ? ", or demands encryption, which SSL Mode=Disable forbids" : "";

    private static PostgresReason CutOff(PostgresAddress address) => new(
        $"PostgreSQL at {address} has cut the connection. Look at its log, and at what is between: a proxy with nothing behind it does the same.",
        "connection_lost");

    private static PostgresReason OfLine(Exception cause, Exception whole, PostgresAddress address) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } unknown => new(
            $"The name {address.Host} cannot be resolved. Correct the host in {Key}, or the DNS.", unknown.SocketErrorCode.ToString()),
        // A path that is not there is an address that cannot be had (ENOENT).
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } when address.IsSocket => new(
            $"There is no socket of PostgreSQL in {address.Host}. Start PostgreSQL, mount its directory, or correct the host in {Key}.",
            nameof(SocketError.ConnectionRefused)),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => new(
            $"Nothing listens at {address}. Start PostgreSQL, or correct host and port in {Key}.", nameof(SocketError.ConnectionRefused)),
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => CutOff(address),      // by who took it: there is a way
        SocketException socket => new(
            $"PostgreSQL at {address} cannot be reached: {socket.Message}. Look at the network and the firewall between.",
            socket.SocketErrorCode.ToString()),
        TimeoutException => new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL at {address} does not answer in time ({address.ConnectLimit.TotalSeconds:0.#} s to connect, "
                + $"{address.CallLimit.TotalSeconds:0.#} s for a call). It is paused or overloaded, a firewall swallows the packets, or something else listens there."),
            "timeout"),
        AuthenticationException certificate => new(
            $"The encrypted connection to PostgreSQL at {address} fails: {certificate.Message} "
            + $"Correct the server's certificate, or Root Certificate in {Key}.",
            "tls"),
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or CryptographicException => new(
            $"A file for the encrypted connection to PostgreSQL at {address} cannot be read: {cause.Message} Correct Root Certificate, SSL Certificate or SSL Key in {Key}.",
            "tls"),
        IOException => CutOff(address),
        // Npgsql's own words, which nothing else tells apart.
        NpgsqlException { InnerException: null } when whole.Message.StartsWith("No password has been provided", StringComparison.Ordinal) => new(
            $"PostgreSQL at {address} wants a password of the user {address.User}, and there is none. Put it into {Key}.",
            PostgresErrorCodes.InvalidPassword),
        NpgsqlException { InnerException: null } when whole.Message.StartsWith("Received unknown response", StringComparison.Ordinal) => new(
            $"What listens at {address} is no PostgreSQL. Correct host and port in {Key}.", "not_postgres"),
        // Without a cause inside, these are Npgsql's own refusals: of hosts that are not the primary, and of a server without TLS.
        NpgsqlException { InnerException: null } when address.HasManyHosts => new(
            $"None of the hosts {address.Host} is a primary that can be reached. Correct them in {Key}, or promote one.",
            PostgresErrorCodes.ReadOnlySqlTransaction),
        NpgsqlException { InnerException: null } when address.DemandsEncryption => new(
            $"No encrypted connection to PostgreSQL at {address}: {whole.Message} Turn ssl on in the server, or correct SSL Mode in {Key}.", "tls"),
        _ => new($"PostgreSQL at {address} cannot be used: {whole.GetType().Name}: {whole.Message}", whole.GetType().Name),
    };
}
