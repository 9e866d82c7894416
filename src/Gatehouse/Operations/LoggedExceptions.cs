using Gatehouse.Log;
using Gatehouse.Store;

namespace Gatehouse.Operations;

internal static class LoggedExceptions
{
    /// <summary>
    /// What belongs beside the message in the log: nothing of an outage, which says all in its one line and comes by the hundred; all
    /// of anything else.
    /// </summary>
    public static Exception? Detail(this Exception exception) =>
        exception is StoreException { Fault: StoreFault.Away } or LogAwayException ? null : exception;
}
