namespace Gatehouse.Operations;

// The closed label sets of the catalogue. A label is the member's name in snake_case, so renaming a member renames a series.

/// <summary>Where a WebSocket connection is in its life.</summary>
internal enum ConnectionState { Held, Open, Draining }

/// <summary>What admission decided about an upgrade.</summary>
internal enum HandshakeOutcome { Accepted, Refused }

/// <summary>Why admission decided so.</summary>
internal enum HandshakeReason { Ready, Resumed, Held, NotReady, Draining, TooManyConnections, TooManyHandshakes, Protected, BadRequest, Unauthenticated }

/// <summary>Why a subscriber was sent a snapshot instead of the events after its cursor.</summary>
internal enum SnapshotReason { NoCursor, NotInLog, Rewound }

/// <summary>How a subscription began.</summary>
internal enum SubscribeResult { Replayed, Current, Snapshot, Refused }

/// <summary>How a run ended.</summary>
internal enum RunOutcome { Success, Interrupt, Cancelled, Failed }

/// <summary>What a step of a run was.</summary>
internal enum StepKind { Model, Tool }

/// <summary>How a tool call ended.</summary>
internal enum ToolOutcome { Succeeded, Failed }

/// <summary>How the wait of a held upgrade ended.</summary>
internal enum HoldOutcome { Accepted, Refused, Gone }

/// <summary>Which way tokens went, seen from the model.</summary>
internal enum TokenKind { Input, Output }
