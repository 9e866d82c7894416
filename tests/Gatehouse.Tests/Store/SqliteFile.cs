using Gatehouse.Store.Migrations;
using Gatehouse.Store.Sqlite;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Tests.Store;

/// <summary>A database file in a directory of its own, which goes with it. In memory where the system has a place for that.</summary>
internal sealed class SqliteFile : IDisposable
{
    public SqliteFile() => Database = new(Path.Combine(Folder, "gatehouse.db"));

    public string Folder { get; } =
        Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"gatehouse-{Guid.NewGuid():N}")).FullName;

    public SqliteDatabase Database { get; }

    public static IReadOnlyList<Migration> Migrations { get; } = Migration.For("sqlite");

    public SqliteSchema Schema => new(Database, Migrations);

    public SqliteStore Open(TimeProvider clock)
    {
        Migrator(Migrations, clock).Migrate();
        return new(Database, clock);
    }

    public SqliteMigrator Migrator(IReadOnlyList<Migration> migrations, TimeProvider? clock = null) =>
        new(Database, migrations, clock ?? TimeProvider.System);

    public void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database.FullPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
