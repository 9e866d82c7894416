using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Services;

/// <summary>A service at one moment, for people.</summary>
public sealed record ServiceView(string Name, string Url, IReadOnlyList<TrafficShare> Traffic, IReadOnlyList<RevisionView> Revisions);

/// <summary>A revision at one moment, for people.</summary>
public sealed record RevisionView(string Name, string State, int Waiting, IReadOnlyList<InstanceView> Instances);
