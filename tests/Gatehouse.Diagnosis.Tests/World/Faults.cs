namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>All faults that the world knows: every cause of the catalogue has to have one here.</summary>
public static class Faults
{
    private static readonly Moment[] Later = [Moment.Steady];
    private static readonly Moment[] First = [Moment.BeforeStart];

    public static IReadOnlyList<Fault> All { get; } = [.. Schema(), .. Database(), .. Redis(), .. Provider(), .. Monitors(), .. Plain(), .. Surroundings.All];

    private static IEnumerable<Fault> Schema()
    {
        yield return At("schema", "schema.migration_behind", "schema_behind", "Waiting for migration 0007_runs in db:5432/gatehouse. Run gatehouse-server migrate.");
        yield return At("schema", "schema.migration_ahead", "schema_too_new", "The database has migration 0009, this build knows 0008.") with { IsFatal = true };
        yield return At("schema", "schema.other_history", "schema_history", "Migration 0003 is not the one that was applied.") with { IsFatal = true };
        yield return At("schema", "schema.migration_locked", "schema_behind", "Waiting for migration 0007_runs.") with
        {
            Name = "by marks",
            Besides = static (seen, struck) => Mark(seen, MarkKind.MigrationBegan, Clock.At(struck.From) < seen.At.AddSeconds(-90) ? struck.From : Clock.Of(seen.At) - 90),
        };
        yield return At("schema", "schema.migration_locked", "schema_locked", "Migration 0007 waits for a lock of session 4711.") with { Name = "by signature" };
        yield return At("schema", "schema.half_applied", "schema_behind", "Waiting for migration 0007_runs.") with
        {
            Name = "by marks",
            Besides = static (seen, struck) => Mark(Mark(seen, MarkKind.MigrationBegan, struck.From - 3), MarkKind.MigrationFailed, struck.From - 1),
        };
        yield return At("schema", "schema.half_applied", "schema_half", "Migration 0007 is applied in part.") with { Name = "by signature" };
        foreach (var (what, state) in new[] { ("table", "42P01"), ("column", "42703"), ("index", "42704") })
        {
            yield return At("schema", $"schema.{what}_missing", state, $"{what} runs is missing") with { Moments = First };
            yield return At("schema", $"schema.{what}_gone", state, $"By its history the schema in db:5432/gatehouse is complete, but {what} runs is missing.");      // at any time: the history lies
        }
        yield return At("schema", "schema.other_type", "42804", "column runs.id is integer, it must be uuid");
        yield return At("schema", "schema.no_privilege", "42501", "table runs does not grant this user INSERT");
        yield return At("schema", "schema.incomplete", "Incomplete", "Tables are missing from gatehouse.db.") with { IsFatal = true };
    }

    private static IEnumerable<Fault> Database()
    {
        yield return At("database", "database.refusing", "ConnectionRefused", "Nothing listens at db:5432.");
        yield return At("database", "database.unreachable", "TimedOut", "PostgreSQL at db:5432 cannot be reached.");
        yield return At("database", "database.dns", "HostNotFound", "The name db cannot be resolved.");
        yield return At("database", "database.tls", "tls", "The encrypted connection to PostgreSQL at db:5432 fails.");
        yield return At("database", "database.wrong_password", "28P01", "PostgreSQL at db:5432 refuses the password.");
        yield return At("database", "database.not_admitted", "28000", "PostgreSQL at db:5432 does not let the user in from here.");
        yield return At("database", "database.not_postgres", "not_postgres", "What listens at db:5432 is no PostgreSQL.");
        yield return At("database", "database.unknown_database", "3D000", "PostgreSQL at db:5432 has no database gatehouse.");
        yield return At("database", "database.too_many_connections", "53300", "PostgreSQL at db:5432 has no connection left.");
        yield return At("database", "database.starting_or_stopping", "57P03", "PostgreSQL at db:5432 is starting up or shutting down.");
        yield return At("database", "database.read_only", "25006", "PostgreSQL at db:5432 is a read-only replica.");
        yield return At("database", "database.disk_full", "53100", "The disk of PostgreSQL at db:5432 is full.");
        yield return At("database", "database.wrong_encoding", "22021", "The database has the encoding LATIN1.") with { IsFatal = true, Moments = First };
        yield return At("database", "database.connection_lost", "connection_lost", "PostgreSQL at db:5432 has cut the connection.");
        yield return At("database", "database.unanswering", "timeout", "PostgreSQL at db:5432 does not answer in time.");
        yield return At("database", "database.slow", "timeout", "PostgreSQL at db:5432 does not answer in time.") with { Manner = Manner.Slows, Moments = Later };
        yield return At("schema", "database.pool_exhausted", "pool_exhausted", "All 20 connections of the pool are taken.") with { Moments = [Moment.DuringStart, Moment.Steady] };
        yield return At("plain", "database.instances", "instances", "another instance uses this database");
        yield return At("database", "database.file_unusable", "Unreadable", "gatehouse.db is damaged.") with { IsFatal = true };
    }

    private static IEnumerable<Fault> Redis()
    {
        yield return At("redis", "redis.down", "ConnectionRefused", "nothing listens at Redis' address");
        yield return At("redis", "redis.unreachable", "connection", "there is no connection to Redis (SocketFailure)");
        yield return At("redis", "redis.connection_lost", "closed", "Redis' address takes the connection and closes it without a word");
        yield return At("redis", "redis.dns", "HostNotFound", "Redis' host name is not known to DNS");
        yield return At("redis", "redis.tls", "certificate", "Redis' certificate comes from nobody that is trusted here");
        yield return At("redis", "redis.paused", "timeout", "Redis is connected and does not answer");
        yield return At("redis", "redis.loading", "LOADING", "Redis is loading its data into memory");
        yield return At("redis", "redis.read_only", "READONLY", "Redis is a read-only replica");
        yield return At("redis", "redis.wrong_password", "WRONGPASS", "Redis refuses the user name or the password");
        yield return At("redis", "redis.no_permission", "NOPERM", "the Redis user lacks a permission");
        yield return At("redis", "redis.unknown_database", "unknown database", "Redis has no database 7; it has 5");
        yield return At("redis", "redis.full", "OOM", "Redis is out of memory and refuses writes");
        yield return At("redis", "redis.too_many_clients", "maxclients", "Redis has as many clients as it takes");
        yield return At("redis", "redis.cluster_down", "CLUSTERDOWN", "the Redis cluster is down");
        yield return At("redis", "redis.busy", "BUSY", "Redis is busy with a script that does not end");
        yield return At("redis", "redis.not_redis", "not redis", "what listens at Redis' address is not a Redis");
        yield return At("redis", "redis.rewound", "rewound", "Redis has lost what it had");
        yield return At("redis", "redis.flapping_kill", "break", "the connection to redis:6379 broke: SocketClosed") with { Manner = Manner.Flaps };
        yield return At("redis", "redis.flapping_restart", "break", "the connection to redis:6379 broke: SocketClosed") with { Manner = Manner.Restarts };
    }

    private static IEnumerable<Fault> Provider()
    {
        yield return At("provider", "provider.rate_limited", "status 429", "the provider wants fewer requests");
        yield return At("provider", "provider.refusing", "status 401", "the provider refuses the key");
        yield return At("provider", "provider.unreachable", "status 503", "the provider is not available");
    }

    private static IEnumerable<Fault> Monitors()
    {
        foreach (var role in new[] { "plain", "schema", "redis" })
        {
            yield return At(role, "monitor.throwing", "NullReferenceException", "NullReferenceException: Object reference not set") with { Name = $"synchronously, {role}", Manner = Manner.Throws };
            yield return At(role, "monitor.throwing", "InvalidOperationException", "InvalidOperationException: Sequence contains no elements") with { Name = $"asynchronously, {role}", Manner = Manner.Throws };
        }
        yield return At("plain", "monitor.constructor", "MissingMethodException", "MissingMethodException: no constructor") with { Manner = Manner.Throws };
        yield return At("redis", "monitor.callback", "callback", "KeyNotFoundException in a callback") with { Manner = Manner.Throws };
        yield return At("proof", "monitor.hanging", "timeout", "no answer within 5 s") with { Manner = Manner.Hangs };
        yield return At("plain", "monitor.hanging", "timeout", "no answer within 5 s") with { Name = "plain", Manner = Manner.Hangs };
        yield return At("plain", "monitor.parked", null, "it has crashed") with { Manner = Manner.Throws, Moments = Later };
        yield return At("plain", "monitor.silent", null, "") with { Manner = Manner.FallsSilent, Moments = Later, Pairs = false };
    }

    private static IEnumerable<Fault> Plain()
    {
        yield return At("plain", "dependency.refusing", "ConnectionRefused", "SocketException: Connection refused");
        yield return At("plain", "dependency.dns", "HostNotFound", "SocketException: Name or service not known");
        yield return At("plain", "dependency.unreachable", "HostUnreachable", "SocketException: No route to host");
        yield return At("plain", "dependency.tls", "AuthenticationException", "AuthenticationException: the certificate has ended");
        yield return At("plain", "dependency.unanswering", "TimeoutException", "TimeoutException: it took too long");
        yield return At("plain", "dependency.flapping", "break", "the connection broke") with { Manner = Manner.Flaps };
    }

    public static Case Mark(Case seen, MarkKind kind, double at) => seen with { Marks = [.. seen.Marks, new(Clock.At(at), kind, "0007_runs")] };

    private static Fault At(string role, string code, string? signature, string reason) => new(code, role) { Signature = signature, Reason = reason };
}
