namespace Gatehouse.Browser.Tests;

/// <summary>One message of a thread, wherever it was read: in the store, from the socket, or on the page.</summary>
internal sealed record Said(string Id, string Role, string Text);
