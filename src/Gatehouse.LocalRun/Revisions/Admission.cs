using Gatehouse.LocalRun.Instances;

namespace Gatehouse.LocalRun.Revisions;

/// <summary>Why a request gets no instance.</summary>
internal enum Refusal
{
    /// <summary>All instances that there may be are full, and none came free while the request was held.</summary>
    MaxInstances,

    /// <summary>No instance was there in time.</summary>
    NotInTime,

    /// <summary>The instance that it would have got did not start.</summary>
    CouldNotStart,
}

/// <summary>A place on an instance, or why there is none.</summary>
internal readonly record struct Admission(Instance? Instance, Refusal? Refusal)
{
    public static Admission To(Instance instance) => new(instance, null);

    public static Admission Refused(Refusal refusal) => new(null, refusal);
}
