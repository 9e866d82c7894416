using Npgsql;
using NpgsqlTypes;

namespace Gatehouse.Store.Postgres;

/// <summary>One <c>$n</c> of a statement. It has its type even when it is null, so that the same statement is prepared once.</summary>
internal readonly struct Argument
{
    private Argument(NpgsqlParameter parameter) => Parameter = parameter;

    public NpgsqlParameter Parameter { get; }

    public static implicit operator Argument(string? value) =>
        Of(value is null ? null : EscapedText.Write(value), NpgsqlDbType.Text);

    public static implicit operator Argument(string?[]? values) => Of(
        values is null ? null : Array.ConvertAll(values, static value => value is null ? null : EscapedText.Write(value)),
        NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static implicit operator Argument(long value) => Of(value, NpgsqlDbType.Bigint);

    public static implicit operator Argument(int value) => Of(value, NpgsqlDbType.Integer);

    public static implicit operator Argument(bool value) => Of(value, NpgsqlDbType.Boolean);

    public static implicit operator Argument(Guid value) => Of(value, NpgsqlDbType.Uuid);

    public static implicit operator Argument(TimeSpan value) => Of(value, NpgsqlDbType.Interval);

    public static implicit operator Argument(byte[]? value) => Of(value, NpgsqlDbType.Bytea);

    private static Argument Of<T>(T value, NpgsqlDbType type) => new(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
}
