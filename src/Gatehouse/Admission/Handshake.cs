namespace Gatehouse.Admission;

/// <summary>What admission needs to know about an upgrade.</summary>
/// <param name="User">Whose it is; null if it cannot be told: then only the instance's limits hold.</param>
/// <param name="Returns">It shows a valid resume token.</param>
internal readonly record struct Handshake(UserKey? User, bool Returns);
