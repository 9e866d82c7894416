namespace Gatehouse.Client;

/// <summary>What was asked of a client has failed; <see cref="Failure"/> says how, by a stable code.</summary>
public sealed class GatehouseException(Failure failure) : Exception($"{failure.Message} ({failure.Code})")
{
    public GatehouseException(LinkFailure link) : this(new Failure(ConnectFailed, link.ToString())) => Link = link;

    /// <summary>The code of a connection that could not be made.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>The code of an event reader that did not keep up.</summary>
    public const string FellBehind = "fell_behind";

    public Failure Failure => failure;

    /// <summary>What happened to the connection, if that was it.</summary>
    public LinkFailure? Link { get; }
}
