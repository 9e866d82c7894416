using System.Data.Common;
using Gatehouse.Log;
using Gatehouse.Store;

namespace Gatehouse.Operations;

/// <summary>What the rest of the backend makes of a store or a log that fails a call.</summary>
internal static class Outage
{
    /// <summary>Whether the store or the log is at fault, so that nothing is wrong with the caller, and the same call may succeed later.</summary>
    public static bool IsOutage(this Exception exception) => exception is DbException or StoreException or LogAwayException;

    /// <summary>
    /// What belongs beside the message in the log: nothing of an outage that says all in its one line and comes by the hundred; all
    /// of anything else.
    /// </summary>
    public static Exception? Detail(this Exception exception) =>
        exception is StoreException { Fault: StoreFault.Away } or LogAwayException ? null : exception;
}
