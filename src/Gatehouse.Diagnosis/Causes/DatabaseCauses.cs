namespace Gatehouse.Diagnosis;

/// <summary>What can be wrong with the database server, or with the way to it.</summary>
internal static class DatabaseCauses
{
    private static readonly IReadOnlyList<NodeKind> Database = [NodeKind.Database];

    private static readonly Remedy Probe = Do.Prevent("Alert on the node before the front door closes: it is in doubt for two failures first.", null, Owner.Platform);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("database.pool_exhausted", "The connection pool is exhausted while a fresh connection works")
        {
            Needs = "`pool_exhausted` at a node; the node that opens a fresh connection is up",
            Signatures = ["pool_exhausted"],
            IsOwn = true,
            Why = "All pooled connections that {node} could use are taken and none comes back; a fresh connection would work.",
            Lacks = "Connections can be kept for longer than a request without anything noticing, and the pool does not say who has them.",
            Remedies =
            [
                Do.Now("Recycle the client's pool; restart the instance if that does not help.", null, Owner.OnCall, Risk.Medium),
                Do.Next("Find what keeps connections: sessions idle in transaction.", "psql -c \"SELECT pid, state, now() - state_change, query FROM pg_stat_activity WHERE state LIKE 'idle in%'\"", Owner.Developers, Risk.None),
                Do.Prevent("Set idle_in_transaction_session_timeout, and measure the pool.", "ALTER ROLE <user> SET idle_in_transaction_session_timeout = '30s'", Owner.Data),
            ],
        },
        new("database.wrong_password", "The database refuses the user or the password")
        {
            Needs = "`28P01`",
            Signatures = ["28P01"],
            Homes = Database,
            Why = "The database answers {node} and refuses its user or password.",
            Lacks = "A secret can be changed on one side alone; nothing tries it before the revision takes traffic.",
            Remedies = [Do.Now("Put the right secret into the connection string and start a new revision.", "gcloud run services update <service> --update-secrets=<name>=<secret>:latest", Owner.OnCall, Risk.Medium), Do.Next("Look in pg_hba.conf and the roles for what changed.", "psql -c '\\du'", Owner.Data, Risk.None), Do.Prevent("Rotate with two passwords valid at once, and verify the candidate revision first.", null, Owner.Platform)],
        },
        new("database.not_admitted", "The database lets nobody in who comes like this")
        {
            Needs = "`28000`",
            Signatures = ["28000"],
            Homes = Database,
            Why = "The database has no rule that lets {node} in: for this user, from this address, with or without encryption.",
            Lacks = "The rules of who may connect are kept apart from the connection strings, and nothing tries one with the other.",
            Remedies = [Do.Now("Add the rule, or connect as a rule says, for example with encryption.", "psql -c 'SELECT * FROM pg_hba_file_rules'", Owner.Data, Risk.Low), Do.Next("Look what changed: the rules, the service's address, or SSL Mode.", null, Owner.Data, Risk.None), Do.Prevent("Verify the candidate revision before traffic.", "gatehouse deploy -f service.yaml --image <image>", Owner.Platform)],
        },
        new("database.not_postgres", "What answers is no PostgreSQL")
        {
            Needs = "`not_postgres`",
            Signatures = ["not_postgres"],
            Homes = Database,
            Why = "Something listens where {node} looks for the database, and it does not speak as PostgreSQL does.",
            Lacks = "Host and port of the database are written by hand, and nothing tries them before the revision takes traffic.",
            Remedies = [Do.Now("Correct host and port in ConnectionStrings:Database.", "psql -l", Owner.OnCall, Risk.Low), Do.Next("Look what listens there: a web server, a proxy, another database.", null, Owner.Platform, Risk.None), Do.Prevent("Verify the candidate revision before traffic.", "gatehouse deploy -f service.yaml --image <image>", Owner.Platform)],
        },
        new("database.unknown_database", "There is no such database")
        {
            Needs = "`3D000`",
            Signatures = ["3D000"],
            Homes = Database,
            Why = "The server answers {node}, and has no database of that name.",
            Lacks = "The name of the database is written in more than one place.",
            Remedies = [Do.Now("Create the database, or correct its name.", "createdb <database>", Owner.Data, Risk.Low), Do.Next("Run the migrations.", "gatehouse-server migrate", Owner.OnCall), Do.Prevent("Create databases and connection strings from one source.", null, Owner.Platform)],
        },
        new("database.too_many_connections", "The database has no connection left")
        {
            Needs = "`53300`",
            Signatures = ["53300"],
            Homes = Database,
            Why = "The database has as many connections as it takes, so that {node} gets none.",
            Lacks = "Instances times pool size may exceed max_connections, and nothing checks it when instances are added.",
            Remedies = [Do.Now("End idle sessions, or lower the number of instances.", "psql -c \"SELECT usename, state, count(*) FROM pg_stat_activity GROUP BY 1, 2\"", Owner.Data, Risk.Medium), Do.Next("Lower Maximum Pool Size, or put a pooler before the database.", null), Do.Prevent("Check instances × pool size against max_connections when deploying.", null, Owner.Platform)],
        },
        new("database.starting_or_stopping", "The database is starting up or shutting down")
        {
            Needs = "`57P03`, `57P01` or `57P02`",
            Signatures = ["57P03", "57P01", "57P02"],
            Homes = Database,
            Why = "The database is starting up or shutting down.",
            Lacks = "The service has one database and no standby to go to while it restarts.",
            Remedies = [Do.Now("Wait for it; start it if it does not come.", "pg_isready -h <host>", Owner.Data, Risk.None), Do.Next("Read its log for why it went.", null, Owner.Data, Risk.None), Do.Prevent("Name a standby in the connection string.", null, Owner.Data)],
        },
        new("database.read_only", "The database takes no writes")
        {
            Needs = "`25006`",
            Signatures = ["25006"],
            Homes = Database,
            Why = "The server that {node} reaches is a replica, or set to read only.",
            Lacks = "The address does not follow the primary in a failover.",
            Remedies = [Do.Now("Point the service at the primary.", "psql -c 'SELECT pg_is_in_recovery()'", Owner.OnCall, Risk.Medium), Do.Next("Name all hosts, so that the primary is found.", null), Do.Prevent("Rehearse the failover with the service running.", null, Owner.Data)],
        },
        new("database.disk_full", "The database's disk is full")
        {
            Needs = "`53100`",
            Signatures = ["53100"],
            Homes = Database,
            Why = "The disk of the database is full.",
            Lacks = "Nothing warns before the disk is full.",
            Remedies = [Do.Now("Make room, or enlarge the disk.", "df -h", Owner.Data, Risk.Medium), Do.Next("Find what grew.", "psql -c \"SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class ORDER BY pg_total_relation_size(oid) DESC LIMIT 10\"", Owner.Data, Risk.None), Do.Prevent("Alert at 80 %.", null, Owner.Data)],
        },
        new("database.wrong_encoding", "The database has an encoding that loses words")
        {
            Needs = "`22021`",
            Signatures = ["22021"],
            Homes = Database,
            Why = "The database is not UTF8.",
            Lacks = "Databases are created without saying their encoding.",
            Remedies = [Do.Now("Create the database anew with ENCODING 'UTF8' and move the data.", "createdb --encoding=UTF8 --template=template0 <database>", Owner.Data, Risk.High, reversible: false), Do.Next("Point the service at it.", null, Owner.OnCall), Do.Prevent("Create databases from a script that names the encoding.", null, Owner.Data)],
        },
        new("database.instances", "Another instance uses the database in a mode that allows only one")
        {
            Needs = "`instances` or `DirectoryInUse`",
            Signatures = ["instances", "DirectoryInUse"],
            IsOwn = true,
            Why = "Another instance uses the same store, and without Redis only one may.",
            Lacks = "The platform may start a second instance, and the service is configured for one.",
            Remedies = [Do.Now("Stop the other instance.", null, Owner.OnCall, Risk.Medium), Do.Next("Give all instances the same Redis.", null, Owner.Platform), Do.Prevent("Set the most instances to one while there is no Redis.", "gcloud run services update <service> --max-instances=1", Owner.Platform)],
        },
        new("database.file_unusable", "The database file cannot be used")
        {
            Needs = "`DirectoryUnusable` or `Unreadable`",
            Signatures = ["DirectoryUnusable", "Unreadable"],
            Homes = Database,
            Why = "The data directory or the database file cannot be opened, or is damaged.",
            Lacks = "The data lies on one disk, and nothing proves its backup.",
            Remedies = [Do.Now("Correct the directory's rights, or restore the file.", "ls -ld <data directory>", Owner.OnCall, Risk.Medium), Do.Next("Check the file.", "sqlite3 <file> 'PRAGMA integrity_check'", Owner.Data, Risk.None), Do.Prevent("Copy the database regularly and try the copy.", null, Owner.Data)],
        },
        new("database.dns", "The database's name cannot be resolved")
        {
            Needs = "`HostNotFound`, `NoData` or `TryAgain`",
            Signatures = ["HostNotFound", "NoData", "TryAgain"],
            Homes = Database,
            Why = "The host name of the database is not known to DNS.",
            Lacks = "The name is found out when it is first used, not when the revision is made.",
            Remedies = [Do.Now("Correct the host name, or the DNS record.", "getent hosts <host>", Owner.Platform, Risk.Low), Do.Next("Look for a change of the record or of the network.", null, Owner.Platform, Risk.None), Probe],
        },
        new("database.tls", "The encrypted connection to the database fails")
        {
            Needs = "`tls` or `AuthenticationException`",
            Signatures = ["tls", "AuthenticationException"],
            Homes = Database,
            Why = "The database and the service do not agree on an encrypted connection.",
            Lacks = "Nothing watches when the certificate ends, or that both sides ask for the same.",
            Remedies = [Do.Now("Look at the certificate that is shown.", "openssl s_client -starttls postgres -connect <host>:<port>", Owner.Data, Risk.None), Do.Next("Renew it, or correct Root Certificate and SSL Mode.", null, Owner.Data), Do.Prevent("Alert two weeks before a certificate ends.", null, Owner.Platform)],
        },
        new("database.refusing", "Nothing listens at the database's address")
        {
            Needs = "`ConnectionRefused`",
            Signatures = ["ConnectionRefused"],
            Homes = Database,
            Why = "The host of the database is there and refuses connections: no server listens.",
            Lacks = "The service has one database and no standby; its end is nobody's alarm but this.",
            Remedies = [Do.Now("Start the database, or correct host and port.", "pg_isready -h <host> -p <port>", Owner.Data, Risk.Low), Do.Next("Read its log for why it ended.", null, Owner.Data, Risk.None), Do.Prevent("Run a standby with failover.", null, Owner.Data)],
        },
        new("database.unreachable", "The database cannot be reached")
        {
            Needs = "`TimedOut`, `HostUnreachable`, `NetworkUnreachable`, `NetworkDown` or `HostDown`",
            Signatures = ["TimedOut", "HostUnreachable", "NetworkUnreachable", "NetworkDown", "HostDown"],
            Homes = Database,
            Why = "Packets from {node} to the database do not arrive, or do not come back.",
            Lacks = "One network path carries the service, and a change to it is not tried before it is made.",
            Remedies = [Do.Now("Look at the route and the firewall between.", "nc -vz <host> <port>", Owner.Platform, Risk.None), Do.Next("Undo the latest change of the network.", null, Owner.Platform, Risk.Medium), Probe],
        },
        new("database.connection_lost", "The database cuts its connections")
        {
            Needs = "`connection_lost`, or `ConnectionReset`, `EndOfStreamException` or `IOException`",
            Signatures = ["connection_lost", "ConnectionReset", "EndOfStreamException", "IOException"],
            Homes = Database,
            Why = "Connections of {node} are accepted and cut at once: a crashing server, or a proxy with nothing behind it.",
            Lacks = "What stands between service and database accepts connections that it cannot serve.",
            Remedies = [Do.Now("Read the database's log and the proxy's.", "pg_isready -h <host> -p <port>", Owner.Data, Risk.None), Do.Next("Mend what is behind the proxy.", null, Owner.Data), Do.Prevent("Let the proxy refuse while nothing is behind it.", null, Owner.Platform)],
        },
        new("database.slow", "The database is too slow")
        {
            Needs = "`timeout` after `slow`; or only `slow`, and the symptom is slowness",
            Signatures = ["timeout", "57014", "slow"],
            Homes = Database,
            When = static clue => clue.Has("slow") || clue.Has("57014"),
            Why = "The database answers, more and more slowly: it is saturated, or waits for locks.",
            Lacks = "Work is sent to the database without a limit that fits it, and its saturation is not alerted on.",
            Remedies = [Do.Now("Find what it does and for how long.", "psql -c \"SELECT pid, now() - query_start AS runs, wait_event, query FROM pg_stat_activity WHERE state = 'active' ORDER BY 2 DESC\"", Owner.Data, Risk.None), Do.Next("End the query that keeps it, add the index, or a larger machine.", "psql -c 'SELECT pg_cancel_backend(<pid>)'", Owner.Data, Risk.Medium), Do.Prevent("Set statement_timeout and alert on the database's load.", "ALTER ROLE <user> SET statement_timeout = '10s'", Owner.Data)],
        },
        new("database.unanswering", "The database is connected and does not answer")
        {
            Needs = "`timeout`, without `slow` before",
            Signatures = ["timeout", "TimeoutException"],
            Homes = Database,
            Why = "The database does not answer in time: it is paused, frozen, or a firewall swallows its packets.",
            Lacks = "The service has one database, and a frozen one is not failed over.",
            Remedies = [Do.Now("Look whether the server lives.", "pg_isready -h <host> -p <port>", Owner.Data, Risk.None), Do.Next("Resume it or fail over.", null, Owner.Data, Risk.Medium), Do.Prevent("Run a standby that takes over from a frozen primary.", null, Owner.Data)],
        },
    ];
}
