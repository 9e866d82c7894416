namespace Gatehouse.Store;

/// <summary>What is wrong with a store that cannot be used. Waiting mends none of them but <see cref="Away"/>.</summary>
internal enum StoreFault
{
    /// <summary>Another process has the data directory.</summary>
    DirectoryInUse,

    /// <summary>The data directory cannot be created or written.</summary>
    DirectoryUnusable,

    /// <summary>The database file cannot be opened, or is not one, or is damaged.</summary>
    Unreadable,

    /// <summary>The database has migrations that this build does not know.</summary>
    TooNew,

    /// <summary>The migrations that were applied are not the ones of this build.</summary>
    History,

    /// <summary>Tables, columns or indexes are missing.</summary>
    Incomplete,

    /// <summary>The database does not answer, or does not let this server in now. A write may or may not have happened.</summary>
    Away,
}

/// <summary>The store cannot be used; the message says why, in one line.</summary>
internal sealed class StoreException(StoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFault Fault => fault;
}
