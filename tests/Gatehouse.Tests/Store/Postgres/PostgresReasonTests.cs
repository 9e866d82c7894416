using System.Net.Sockets;
using Gatehouse.Store.Postgres;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>What is hard to bring about with a real server: how its answers are read.</summary>
public sealed class PostgresReasonTests
{
    private static readonly PostgresAddress Address = PostgresStores.Address("Host=db;Database=app;Username=u;Password=geheim");

    [Theory]
    [InlineData("40001", FaultKind.Collision)]
    [InlineData("40P01", FaultKind.Collision)]
    [InlineData("57P01", FaultKind.Connection)]
    [InlineData("57P02", FaultKind.Connection)]
    [InlineData("25006", FaultKind.Connection)]
    [InlineData("0A000", FaultKind.Connection)]
    [InlineData("26000", FaultKind.Connection)]
    [InlineData("08006", FaultKind.Connection)]
    [InlineData("08P01", FaultKind.Connection)]
    [InlineData("57P03", FaultKind.Busy)]
    [InlineData("53300", FaultKind.Busy)]
    [InlineData("53100", FaultKind.Busy)]
    [InlineData("55P03", FaultKind.Busy)]
    [InlineData("57014", FaultKind.Busy)]
    [InlineData("28P01", FaultKind.Closed)]
    [InlineData("28000", FaultKind.Closed)]
    [InlineData("3D000", FaultKind.Closed)]
    [InlineData("23505", FaultKind.Defect)]
    [InlineData("42P01", FaultKind.Defect)]
    [InlineData("42501", FaultKind.Defect)]
    [InlineData("22P02", FaultKind.Defect)]
    internal void An_answer_is_one_of_few_kinds(string state, FaultKind kind) => Assert.Equal(kind, PostgresFault.KindOf(Answer(state)));

    [Fact]
    public void A_line_that_fails_is_one_of_few_kinds()
    {
        Assert.Equal(FaultKind.Closed, PostgresFault.KindOf(new NpgsqlException("x", new SocketException((int)SocketError.ConnectionRefused))));
        Assert.Equal(FaultKind.Silent, PostgresFault.KindOf(new NpgsqlException("x", new TimeoutException())));
        Assert.Equal(FaultKind.Silent, PostgresFault.KindOf(new TimeoutException()));
        Assert.Equal(FaultKind.Connection, PostgresFault.KindOf(new NpgsqlException("x", new IOException())));
        Assert.Equal(FaultKind.Connection, PostgresFault.KindOf(new NpgsqlException("x", new EndOfStreamException())));
        Assert.Equal(FaultKind.Defect, PostgresFault.KindOf(new InvalidCastException()));
        Assert.Equal(FaultKind.Defect, PostgresFault.KindOf(new OperationCanceledException()));
    }

    [Theory]
    [InlineData("53300", "PostgreSQL at db:5432/app has no connection left. Raise its max_connections, or lower Maximum Pool Size in ConnectionStrings:Database.")]
    [InlineData(
        "25006",
        "PostgreSQL at db:5432/app takes no writes: it is a read-only replica, or default_transaction_read_only is on. "
        + "Point ConnectionStrings:Database at the primary, or turn that off.")]
    [InlineData("57P03", "PostgreSQL at db:5432/app is starting up or shutting down. Wait for it.")]
    [InlineData("53100", "The disk of PostgreSQL at db:5432/app is full. Make room on it.")]
    [InlineData("42501", "PostgreSQL at db:5432/app denies the user u what is needed: words of the server. Grant it.")]
    [InlineData("XX000", "PostgreSQL at db:5432/app answers: words of the server (XX000).")]
    public void An_answer_is_told_with_what_to_do(string state, string text) =>
        Assert.Equal(new(text, state), PostgresReason.Of(Answer(state), Address));

    private static PostgresException Answer(string state) => new("words of the server", "ERROR", "ERROR", state);
}
