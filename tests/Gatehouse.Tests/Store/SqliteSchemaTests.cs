using Gatehouse.Store;
using Gatehouse.Store.Migrations;

namespace Gatehouse.Tests.Store;

public sealed class SqliteSchemaTests : IDisposable
{
    private static readonly IReadOnlyList<Migration> Initial = [SqliteFile.Migrations[0]];
    private static readonly Migration Second = new(2, "second", "CREATE TABLE more (id TEXT) STRICT; CREATE INDEX more_id ON more (id)");

    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_new_database_gets_all_migrations_once()
    {
        Assert.Equal(SqliteFile.Migrations, _file.Migrator(SqliteFile.Migrations).Migrate());
        Assert.Empty(_file.Migrator(SqliteFile.Migrations).Migrate());
        Assert.Empty(_file.Schema.Missing());
        _file.Schema.Verify();
    }

    [Fact]
    public void A_database_gets_the_migrations_that_it_lacks()
    {
        _file.Migrator(Initial).Migrate();

        Assert.Equal([Second], _file.Migrator([.. Initial, Second]).Migrate());
    }

    [Fact]
    public void A_migration_that_fails_leaves_nothing()
    {
        _file.Migrator(Initial).Migrate();
        var broken = new Migration(2, "broken", "CREATE TABLE more (id TEXT) STRICT; CREATE TABLE threads (id TEXT)");

        Assert.ThrowsAny<Exception>(() => _file.Migrator([.. Initial, broken]).Migrate());

        Assert.Equal([Second], _file.Migrator([.. Initial, Second]).Migrate());
    }

    [Fact]
    public async Task Two_who_migrate_at_once_do_it_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _file.Migrator([.. Initial, Second]).Migrate())));

        Assert.Equal(Initial.Count + 1, applied.Sum(each => each.Count));
    }

    [Fact]
    public void Line_ends_do_not_change_a_migration_and_a_letter_does()
    {
        _file.Migrator([.. Initial, Second]).Migrate();
        var first = Initial[0];
        var windows = new Migration(first.Version, first.Name, first.Sql.Replace("\n", "\r\n"));
        Assert.Empty(_file.Migrator([windows, Second]).Migrate());

        var refusal = Assert.Throws<StoreException>(() => _file.Migrator([first, new(2, "second", Second.Sql + " ")]).Migrate());

        Assert.Equal(StoreFault.History, refusal.Fault);
        Assert.Contains("Migration 2 (second) was changed after it was applied", refusal.Message);
    }

    [Fact]
    public void A_database_of_a_newer_build_is_too_new()
    {
        _file.Migrator([.. Initial, Second]).Migrate();

        var refusal = Assert.Throws<StoreException>(() => _file.Migrator(Initial).Migrate());

        Assert.Equal(StoreFault.TooNew, refusal.Fault);
        Assert.Contains("is too new: it has migration 2 (second), this build knows 1", refusal.Message);
    }

    [Fact]
    public void A_gap_in_the_history_is_refused()
    {
        _file.Migrator([.. Initial, Second]).Migrate();
        _file.Run("DELETE FROM schema_migrations WHERE version = 1");

        var refusal = Assert.Throws<StoreException>(() => _file.Migrator([.. Initial, Second]).Migrate());

        Assert.Equal(StoreFault.History, refusal.Fault);
        Assert.Contains("migration 1 was never applied, 2 (second) was", refusal.Message);
    }

    [Fact]
    public void A_build_with_a_gap_is_a_defect_of_the_build() =>
        Assert.Throws<InvalidOperationException>(() => _file.Migrator([Second]).Migrate());

    [Theory]
    [InlineData("DROP TABLE execution_steps", "table execution_steps")]
    [InlineData("ALTER TABLE messages DROP COLUMN error", "column messages.error TEXT")]
    [InlineData("DROP INDEX threads_newest", "index threads_newest on threads (updated_at, id)")]
    [InlineData(
        "DROP INDEX messages_open; CREATE INDEX messages_open ON messages (id)", "index messages_open on messages (run_id)")]
    public void What_is_missing_is_named_whatever_the_history_says(string damage, string missing)
    {
        _file.Migrator(SqliteFile.Migrations).Migrate();
        _file.Run(damage);

        Assert.Empty(_file.Migrator(SqliteFile.Migrations).Migrate());
        Assert.Equal([missing], _file.Schema.Missing());
        var refusal = Assert.Throws<StoreException>(_file.Schema.Verify);
        Assert.Equal((StoreFault.Incomplete, $"The database {_file.Database.FullPath} lacks {missing}."), (refusal.Fault, refusal.Message));
    }

    [Fact]
    public void What_a_database_has_beyond_is_fine()
    {
        _file.Migrator(SqliteFile.Migrations).Migrate();
        _file.Run("CREATE TABLE more (id TEXT); ALTER TABLE threads ADD COLUMN more TEXT");

        Assert.Empty(_file.Schema.Missing());
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        File.WriteAllText(_file.Database.FullPath, new string('x', 5000));

        Action[] uses = [_file.Database.Check, () => _file.Migrator(Initial).Migrate(), _file.Schema.Verify];
        foreach (var use in uses)
        {
            var refusal = Assert.Throws<StoreException>(use);
            Assert.Equal(StoreFault.Unreadable, refusal.Fault);
            Assert.Contains(_file.Database.FullPath, refusal.Message);
        }
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_refused_by_name()
    {
        Directory.CreateDirectory(_file.Database.FullPath);

        var refusal = Assert.Throws<StoreException>(_file.Database.Check);

        Assert.Equal(StoreFault.Unreadable, refusal.Fault);
        Assert.Contains(_file.Database.FullPath, refusal.Message);
    }
}
