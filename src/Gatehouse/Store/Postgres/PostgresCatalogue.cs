namespace Gatehouse.Store.Postgres;

/// <summary>What exists in a database, as its own catalogue has it.</summary>
internal static class PostgresCatalogue
{
    // Only what the search path finds, as the store's statements do. An index that was not finished is none. $1: the tables; null
    // for all that are not the system's.
    private const string Objects = """
        WITH tables AS (
            SELECT c.oid, c.relname::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
                AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%' AND ($1 IS NULL OR c.relname = ANY ($1))
        )
        SELECT 'table', name, name,
            concat_ws(', ', VARIADIC ARRAY(
                SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY needed (p, place)
                WHERE has_table_privilege(tables.oid, p) ORDER BY place) || CASE WHEN row_security_active(tables.oid) THEN ARRAY['row security'] END)
        FROM tables
        UNION ALL
        SELECT 'column', tables.name, a.attname, format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE "' || l.collname || '"' ELSE '' END
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
            || CASE WHEN a.attidentity = 'a' OR a.attgenerated <> '' THEN ' generated' ELSE '' END
            || CASE WHEN a.atthasdef OR a.attidentity <> '' THEN ' default' ELSE '' END
            || coalesce(' ' || replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '')
        FROM tables JOIN pg_attribute a ON a.attrelid = tables.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        UNION ALL
        SELECT 'index', tables.name, i.relname,
            CASE WHEN x.indisunique THEN 'unique (' ELSE '(' END
            || (SELECT string_agg(pg_get_indexdef(x.indexrelid, k, true), ', ' ORDER BY k) FROM generate_series(1, x.indnkeyatts) k)
            || ')' || CASE WHEN x.indimmediate THEN '' ELSE ' deferrable' END || coalesce(' where ' || translate(replace(pg_get_expr(x.indpred, x.indrelid, true), '::text', ''), '()', ''), '')
        FROM tables JOIN pg_index x ON x.indrelid = tables.oid AND x.indisvalid AND x.indisready
        JOIN pg_class i ON i.oid = x.indexrelid
        UNION ALL
        SELECT 'foreign key', tables.name, replace(split_part(d, ' REFERENCES ', 1), 'FOREIGN KEY ', ''),
            'references ' || split_part(d, ' REFERENCES ', 2)
        FROM tables JOIN pg_constraint f ON f.conrelid = tables.oid AND f.contype = 'f', pg_get_constraintdef(f.oid, true) d
        """;

    // Definitions are compared as texts: the server writes them as this session says, for as long as this batch.
    private const string Plainly = "SELECT set_config('quote_all_identifiers', 'off', true)";

    /// <summary>Adds the statements that <see cref="ReadAsync"/> reads.</summary>
    /// <param name="tables">The tables to look at; null for all.</param>
    public static Batch Add(Batch batch, string[]? tables) => batch.Add(Plainly).Add(Objects, tables);

    public static async Task<IReadOnlyList<SchemaObject>> ReadAsync(Results results)
    {
        await results.AnyAsync();
        return await results.AllAsync(static row => new SchemaObject(row.Text(), row.Text(), row.Text(), row.Text()));
    }
}
