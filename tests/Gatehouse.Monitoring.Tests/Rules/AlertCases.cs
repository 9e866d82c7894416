using static Gatehouse.Monitoring.Tests.Rules.Series;

namespace Gatehouse.Monitoring.Tests.Rules;

/// <summary>Every alert, put to the test. Written by hand: what an alert is for is not to be read out of its own query.</summary>
internal static class AlertCases
{
    public static IReadOnlyList<AlertCase> All =>
    [
        .. Upgrades, .. Turns, .. Readiness, .. Nodes,
        new("GatehouseIncidentOpen")
        {
            Bad = [Incidents("0x5 1x20")], FiresAt = "10m", Labels = ["rule: readiness_lost"], Summary = "An incident is open: readiness_lost.",
            Good = [Incidents("0x30")],
            Over = [Incidents("0x5 1x10 0x20")], ToldAt = "10m", OverAt = "20m",
            Little = [Incidents("0x5 1 0x20")], LittleAt = "6m",
        },
    ];

    private static IEnumerable<AlertCase> Upgrades =>
    [
        new("GatehouseUpgradesBurnFast")
        {
            Bad = [Accepted("0+10x100"), Refused("0+1x100")], FiresAt = "70m",
            Summary = "WebSocket upgrades are refused with 503, and the error budget of 30d burns fast.",
            Good = [Accepted("0+10x100"), Refused("0x100")],
            Over = [Accepted("0+10x200"), Refused("0+1x60 60x140")], ToldAt = "60m", OverAt = "100m",
            Little = [Accepted("0+0.1x400"), Refused("0+0.1x150")], LittleAt = "120m",
        },
        new("GatehouseUpgradesBurnSlowly")
        {
            IsSlow = true,
            Bad = [Accepted("0+100x160"), Refused("0+1x160")], FiresAt = "1500m",   // 1 %: three times as fast as it may, and more
            Summary = "WebSocket upgrades are refused with 503, and the error budget of 30d burns too fast to last.",
            Good = [Accepted("0+100x160"), Refused("0x160")],
            Over = [Accepted("0+100x200"), Refused("0+1x150 150x50")], ToldAt = "1500m", OverAt = "1890m",
            Little = [Accepted("0+0.1x440"), Refused("0+0.1x440")], LittleAt = "4320m",
        },
        new("GatehouseUpgradesRefused")
        {
            Bad = [Accepted("0+10x100"), Refused("0+1x100")], FiresAt = "40m", Labels = ["node: database"], Summary = "database has WebSocket upgrades refused.",
            Good = [Accepted("0+10x100"), Refused("0x100")],
            Over = [Accepted("0+10x120"), Refused("0+1x50 50x70")], ToldAt = "50m", OverAt = "90m",
            Little = [Accepted("0+0.1x100"), Refused("0+0.1x100")], LittleAt = "60m",
        },
        new("GatehouseUpgradesLimited")
        {
            Bad = [Accepted("0+10x100"), Limited("0+2x100")], FiresAt = "40m", Labels = ["reason: too_many_handshakes"],
            Summary = "The limits refuse WebSocket upgrades: too_many_handshakes.",
            Good = [Accepted("0+10x100"), Limited("0+0.1x100")],
            Over = [Accepted("0+10x120"), Limited("0+2x50 100x70")], ToldAt = "50m", OverAt = "90m",
            Little = [Accepted("0+0.1x100"), Limited("0+0.1x100")], LittleAt = "60m",
        },
    ];

    private static IEnumerable<AlertCase> Turns =>
    [
        new("GatehouseTurnsBurnFast")
        {
            Bad = [Series.Turns("success", "0+10x100"), Series.Turns("failed", "0+1x100")], FiresAt = "70m",
            Summary = "Chat turns fail, and the error budget of 30d burns fast.",
            Good = [Series.Turns("success", "0+10x100"), Series.Turns("cancelled", "0+5x100"), Series.Turns("interrupt", "0+5x100"), Series.Turns("failed", "0x100")],
            Over = [Series.Turns("success", "0+10x200"), Series.Turns("failed", "0+1x60 60x140")], ToldAt = "60m", OverAt = "100m",
            Little = [Series.Turns("success", "0+0.05x400"), Series.Turns("failed", "0+0.05x150")], LittleAt = "120m",
        },
        new("GatehouseTurnsBurnSlowly")
        {
            IsSlow = true,
            Bad = [Series.Turns("success", "0+100x160"), Series.Turns("failed", "0+2x160")], FiresAt = "1500m",
            Summary = "Chat turns fail, and the error budget of 30d burns too fast to last.",
            Good = [Series.Turns("success", "0+100x160"), Series.Turns("failed", "0x160")],
            Over = [Series.Turns("success", "0+100x200"), Series.Turns("failed", "0+2x150 300x50")], ToldAt = "1500m", OverAt = "1890m",
            Little = [Series.Turns("success", "0+0.05x440"), Series.Turns("failed", "0+0.05x440")], LittleAt = "4320m",
        },
    ];

    private static IEnumerable<AlertCase> Readiness =>
    [
        new("GatehouseNoneReady")
        {
            Bad = [Ready("1x5 0x20"), Ready("0x25", "b")], FiresAt = "10m", Summary = "No instance is ready.",
            Good = [Ready("1x25"), Ready("0x25", "b")],
            Over = [Ready("1x5 0x10 1x20")], ToldAt = "10m", OverAt = "20m",
            Little = [Ready("1x5 0 1x20")], LittleAt = "7m",
        },
        new("GatehouseNotReady")
        {
            Bad = [Ready("1x25"), Ready("1x5 0x20", "b")], FiresAt = "10m", Labels = ["job: gatehouse", "instance: b"],
            Summary = "b is not ready, while others are.",
            Good = [Ready("1x25"), Ready("1x25", "b")],
            Over = [Ready("1x40"), Ready("1x5 0x10 1x20", "b")], ToldAt = "10m", OverAt = "20m",
            Little = [Ready("1x30"), Ready("1x5 0 1x20", "b")], LittleAt = "7m",
        },
        new("GatehouseAbsent")
        {
            Bad = [Ready("1x5 stale _x20")], FiresAt = "15m", Labels = ["job: gatehouse"], Summary = "No instance is heard of.", FiresWithoutData = true,
            Good = [Ready("1x25")],
            Over = [Ready("1x5 stale _x10 1x20")], ToldAt = "15m", OverAt = "20m",
            Little = [Ready("1x5 stale _x2 1x20")], LittleAt = "8m",
        },
        new("GatehouseStartSlow")
        {
            Bad = [Start("90x30")], FiresAt = "10m", Labels = ["job: gatehouse", "instance: a"], Summary = "a took 1m 30s to become ready.",
            Good = [Start("0.4x30")],
            Over = [Start("90x100")], ToldAt = "10m", OverAt = "70m",       // of an hour ago: told long enough
            Little = [Start("45x30")], LittleAt = "10m",
        },
    ];

    private static IEnumerable<AlertCase> Nodes =>
    [
        new("GatehouseChecksFailing")
        {
            Bad = [Checks("good", "0+5x100"), Checks("bad", "0+1x100")], FiresAt = "60m", Labels = ["node: database"], Summary = "Checks of database fail.",
            Good = [Checks("good", "0+6x100"), Checks("bad", "0x100")],
            Over = [Checks("good", "0+6x200"), Checks("bad", "0+1x60 60x140")], ToldAt = "60m", OverAt = "130m",
            Little = [Checks("good", "0+0.1x100"), Checks("bad", "0+0.1x100")], LittleAt = "60m",
        },
        new("GatehouseNodeFlapping")
        {
            Bad = [Node("breaks_total", "0+1x30")], FiresAt = "20m", Labels = ["node: redis"], Summary = "The connection to redis breaks again and again.",
            Good = [Node("breaks_total", "0x30")],
            Over = [Node("breaks_total", "0+1x30 30x100")], ToldAt = "30m", OverAt = "100m",
            Little = [Node("breaks_total", "0x10 1x60")], LittleAt = "30m",
        },
        new("GatehouseMonitorParked")
        {
            Bad = [Node("parked", "0x5 1x20")], FiresAt = "10m", Labels = ["job: gatehouse", "instance: a", "node: redis"],
            Summary = "The monitor of redis on a is parked.",
            Good = [Node("parked", "0x25")],
            Over = [Node("parked", "0x5 1x10 0x20")], ToldAt = "10m", OverAt = "20m",
            Little = [Node("parked", "0x5 1 0x20")], LittleAt = "6m",
        },
        new("GatehouseMonitorRestarting")
        {
            Bad = [Node("restarts_total", "0+1x30")], FiresAt = "15m", Labels = ["node: redis"], Summary = "The monitor of redis crashes and is started again.",
            Good = [Node("restarts_total", "0x30")],
            Over = [Node("restarts_total", "0+1x15 15x40")], ToldAt = "15m", OverAt = "35m",
            Little = [Node("restarts_total", "0x10 1x30")], LittleAt = "20m",
        },
        new("GatehouseDatabaseSlow")
        {
            Bad = [Node("last_check_seconds", "2x40", "database")], FiresAt = "20m", Labels = ["node: database"], Summary = "Database answers slowly: 2s a check.",
            Good = [Node("last_check_seconds", "0.01x40", "database"), Node("last_check_seconds", "2x40", "chat")],
            Over = [Node("last_check_seconds", "2x20 0.01x40", "database")], ToldAt = "20m", OverAt = "40m",
            Little = [Node("last_check_seconds", "0.01x10 2 0.01x40", "database")], LittleAt = "15m",
        },
        new("GatehouseRedisSlow")
        {
            Bad = [Node("last_check_seconds", "1x40")], FiresAt = "20m", Labels = ["node: redis"], Summary = "Redis answers slowly: 1s a check.",
            Good = [Node("last_check_seconds", "0.01x40"), Node("last_check_seconds", "2x40", "chat")],
            Over = [Node("last_check_seconds", "1x20 0.01x40")], ToldAt = "20m", OverAt = "40m",
            Little = [Node("last_check_seconds", "0.01x10 1 0.01x40")], LittleAt = "15m",
        },
    ];
}
