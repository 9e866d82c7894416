using Gatehouse.Cli.Local;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Services;

namespace Gatehouse.Cli.Tests.Local;

public sealed class BoardTests
{
    [Fact]
    public void The_state_shows_revisions_instances_probes_traffic_and_sockets()
    {
        var board = new Board();
        foreach (var one in (CloudEvent[])
        [
            new ProbeTried("app-one", "app-one/1", "STARTUP", true, 1, null),
            new ProbeTried("app-one", "app-one/1", "LIVENESS", false, 2, "the answer was 500"),
            new RequestAnswered("app", "app-one", "app-one/1", "GET", "/ws", 101, TimeSpan.Zero, null),
            new SocketOpened("app", "app-one", "app-one/1", "/ws"),
            new SocketOpened("app", "app-one", "app-one/1", "/ws"),
            new SocketClosed("app", "app-one", "app-one/1", "/ws", TimeSpan.Zero, null),
            new RequestAnswered("app", "app-one", null, "GET", "/", 503, TimeSpan.Zero, "why"),
        ])
            board.Add(one);
        ServiceView service = new("app", "http://app.localhost:8080",
            [new("app-one", 95, null), new("app-two", 5, null), new("app-two", 0, "candidate")],
            [
                new("app-zero", "Ready", 0, []),
                new("app-one", "Ready", 0, [new("app-one/1", 40001, "Serving", 2)]),
                new("app-two", "Ready", 3, [new("app-two/1", 40002, "Starting", 0)]),
            ]);

        Assert.Equal([
            "------------------------------------------------------------------------------------------",
            "app  http://app.localhost:8080",
            "   95 %  app-one  ready  101: 1, 503: 1",
            "         app-one/1  serving   2 requests, 1 sockets  liveness failing, startup ok",
            "    5 % candidate  app-two  ready  3 waiting",
            "         app-two/1  starting  0 requests",
        ], BoardText.Write([service], board, 90));
        Assert.All(BoardText.Write([service], board, 20), line => Assert.True(line.Length <= 20));
    }

    [Fact]
    public void What_an_instance_writes_cannot_command_the_terminal()
    {
        var line = EventText.Of(new LogWritten(LogSeverity.Default, "app", "app-one", "app-one/1", "a\e[2Jb\u0007", IsOutput: true));
        Assert.EndsWith("app-one/1 | a [2Jb ", line);
    }
}
