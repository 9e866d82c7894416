namespace Gatehouse.Agents.Ops;

/// <summary>What a question can be about, in the order in which an answer treats it.</summary>
internal enum Topic { Greeting, Help, Everything, Why, Readiness, Timeline, Connections, Runs, Process, Usage }
