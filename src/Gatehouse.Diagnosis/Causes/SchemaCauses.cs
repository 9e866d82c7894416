namespace Gatehouse.Diagnosis;

/// <summary>What can be wrong with the tables.</summary>
internal static class SchemaCauses
{
    private const string NoGate = "Nothing between the deployment and the traffic waits until the schema is what the build needs.";
    private const string Unwatched = "The history of migrations was taken for the truth; nothing compared the live tables with it outside this check.";

    private static readonly Remedy Migrate =
        Do.Now("Run the migrations; the gate opens within a second of the last one.", "gatehouse-server migrate", Owner.OnCall, Risk.Low, reversible: false);

    private static readonly Remedy Gate =
        Do.Prevent("Run migrations as a step of the deployment that must end well before the new revision starts.", "gatehouse deploy -f service.yaml --image <image> --migrate-job job.yaml", Owner.Platform);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("schema.migration_locked", "A migration waits for a lock")
        {
            Needs = "`schema_locked` or `55P03`; or `schema_behind` and a migration that began a minute ago and has not ended",
            Signatures = ["schema_locked", "55P03", "schema_behind"],
            IsOwn = true,
            When = static clue => clue.Has("schema_locked") || clue.Has("55P03") || clue.MigrationHangs,
            Why = "A migration has begun and does not get the lock that it needs, so the schema stays as it was.",
            Lacks = "The migration takes its locks without a deadline, and nothing says who holds them.",
            Remedies =
            [
                Do.Now("Find who holds the lock and end that session.", "psql -c \"SELECT pid, pg_blocking_pids(pid), query FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0\"", Owner.Data, Risk.Medium, reversible: false),
                Do.Next("Run the migration again.", "gatehouse-server migrate", Owner.OnCall, Risk.Low, reversible: false),
                Do.Prevent("Give migrations a lock_timeout and run them when no long transaction is open.", null, Owner.Data),
            ],
        },
        new("schema.half_applied", "A migration is half applied")
        {
            Needs = "`schema_half`; or `schema_behind` and a migration that ended with an error",
            Signatures = ["schema_half", "schema_behind"],
            IsOwn = true,
            When = static clue => clue.Has("schema_half") || clue.MigrationFailed,
            Why = "A migration ended with an error, and {node} has a part of it.",
            Lacks = "A migration can end in the middle: not all of it is in one transaction.",
            Remedies =
            [
                Do.Now("Read the migration's error, mend what it names, and run it again.", "gatehouse-server migrate", Owner.Developers, Risk.Medium, reversible: false),
                Do.Next("Compare the live tables with what the build needs.", "gatehouse-server migrate --dry-run", Owner.Data, Risk.None),
                Do.Prevent("Keep each migration in one transaction, or make each statement repeatable.", null),
            ],
        },
        new("schema.migration_behind", "The migrations have not been run")
        {
            Needs = "`schema_behind`",
            Signatures = ["schema_behind"],
            IsOwn = true,
            Why = "The database lacks migrations that this build needs.",
            Lacks = NoGate,
            Remedies = [Migrate, Do.Next("Find out why the deployment went on without its migrations.", null, Owner.Platform, Risk.None), Gate],
        },
        new("schema.migration_ahead", "The schema is newer than the build")
        {
            Needs = "`schema_too_new` or `TooNew`",
            Signatures = ["schema_too_new", "TooNew"],
            IsOwn = true,
            Why = "A migration has been applied to the database that this build does not work with.",
            Lacks = "A migration may be applied while builds run that it declares unfit; nothing asks for them first.",
            Remedies =
            [
                Do.Now("Roll forward: start the build that the migration is for.", "gcloud run services update-traffic <service> --to-latest", Owner.OnCall, Risk.Medium),
                Do.Next("Split the migration: expand first, contract when no old build runs.", null),
                Do.Prevent("Refuse a migration while an instance runs that is older than the oldest fit build.", null, Owner.Platform),
            ],
        },
        new("schema.other_history", "The database has another history of migrations")
        {
            Needs = "`schema_history` or `History`",
            Signatures = ["schema_history", "History"],
            IsOwn = true,
            Why = "What was applied to the database is not what this build has.",
            Lacks = "One database can be given to two programs, or a migration changed after it was applied, and nothing refuses it before the start.",
            Remedies =
            [
                Do.Now("Point the service at its own database.", "psql -c \"SELECT * FROM schema_migrations ORDER BY 1\"", Owner.OnCall, Risk.Medium),
                Do.Next("Restore the migration as it was applied; write the change as a new one.", null),
                Do.Prevent("Hold the checksums of all applied migrations against the build in the pipeline.", null),
            ],
        },
        Gone("schema.table_gone", "A table is gone that the history says is there", "42P01", "A table"),
        Gone("schema.column_gone", "A column is gone that the history says is there", "42703", "A column"),
        Gone("schema.index_gone", "An index is gone that the history says is there", "42704", "An index or a key"),
        Missing("schema.table_missing", "A table is missing", "42P01", "A table"),
        Missing("schema.column_missing", "A column is missing", "42703", "A column"),
        Missing("schema.index_missing", "An index is missing", "42704", "An index or a key"),
        new("schema.incomplete", "Something of the schema is missing")
        {
            Needs = "`Incomplete`",
            Signatures = ["Incomplete"],
            IsOwn = true,
            Why = "Tables, columns or indexes are missing from the database file.",
            Lacks = Unwatched,
            Remedies = [Do.Now("Restore the database file from its last copy.", "sqlite3 <file> '.restore <copy>'", Owner.Data, Risk.High, reversible: false), Do.Next("Find out what changed the file.", null, Owner.Data), Do.Prevent("Let only the service write to its data directory.", null, Owner.Platform)],
        },
        new("schema.other_type", "A column is other than the build needs")
        {
            Needs = "`42804` or `23502`",
            Signatures = ["42804", "23502"],
            IsOwn = true,
            Why = "A column in the database has another type than this build needs, or must be given and is not known to it.",
            Lacks = "The schema was changed outside the migrations, or the migration does not say which builds it fits.",
            Remedies = [Do.Now("Start the build that fits the schema.", null, Owner.OnCall, Risk.Medium), Do.Next("Write a migration that brings the column to what the build needs.", null), Do.Prevent("Allow changes of the schema to the migrating user only.", "REVOKE CREATE ON SCHEMA public FROM <user>", Owner.Data)],
        },
        new("schema.no_privilege", "The service may not use its tables")
        {
            Needs = "`42501`",
            Signatures = ["42501"],
            IsOwn = true,
            Why = "The database user lacks a privilege on a table that is there.",
            Lacks = "Migrations run as another user than the service, and nothing checks what the service's user may do before traffic comes.",
            Remedies = [Do.Now("Grant what the reason names.", "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA <schema> TO <user>", Owner.Data, Risk.Low), Do.Next("Set default privileges for the migrating user.", "ALTER DEFAULT PRIVILEGES FOR ROLE <migrator> GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO <user>", Owner.Data), Do.Prevent("Run the schema check as the service's user at the end of the migration job.", null, Owner.Platform)],
        },
    ];

    private static Cause Gone(string code, string title, string signature, string what) => new(code, title)
    {
        Needs = $"`{signature}`, and a history of migrations that says it is there, or a migration that had landed",
        Signatures = [signature],
        IsOwn = true,
        When = static clue => clue.SchemaWasWhole,
        Why = $"{what} that {{node}} needs is gone, though the history of migrations says that it was made.",
        Lacks = Unwatched,
        Remedies =
        [
            Do.Now("Restore what the reason names from the last backup.", "pg_restore --table <table> <backup>", Owner.Data, Risk.High, reversible: false),
            Do.Next("Find who or what dropped it.", "grep -i 'drop ' <postgresql log>", Owner.Data, Risk.None),
            Do.Prevent("Take from all but the migrating user the right to change the schema, and alert on the schema check.", "REVOKE CREATE ON SCHEMA public FROM PUBLIC", Owner.Data),
        ],
    };

    private static Cause Missing(string code, string title, string signature, string what) => new(code, title)
    {
        Needs = $"`{signature}`",
        Signatures = [signature],
        IsOwn = true,
        Why = $"{what} that {{node}} needs is not in the database.",
        Lacks = NoGate,
        Remedies = [Migrate, Do.Next("Find out why the deployment went on without it.", null, Owner.Platform, Risk.None), Gate],
    };
}
