using System.Runtime.InteropServices;

namespace Gatehouse.Admission;

/// <summary>
/// How many connections there are and how fast they come, of each user and in all. A user is remembered only while connected or
/// for the second that a bucket takes to fill, so there are never more of them than connections and a second's handshakes.
/// </summary>
internal sealed class AdmissionLimits(AdmissionOptions options, TimeProvider clock)
{
    private const int FewUsers = 1024;

    private readonly Rate _userRate = new(options.UserHandshakesPerSecond, options.UserHandshakesPerSecond, clock.TimestampFrequency);
    private readonly Rate _newRate = new(options.HandshakesPerSecond, options.HandshakesPerSecond, clock.TimestampFrequency);
    // A lane of its own: whoever had a place here, or on an instance that is gone, comes back at once, and so may all of them.
    private readonly Rate _returnRate = new(options.HandshakesPerSecond, options.Connections, clock.TimestampFrequency);

    private readonly Lock _gate = new();    // guards the rest; nobody reads the clock under it
    private readonly Dictionary<UserKey, User> _users = [];
    private long _newFullAt;
    private long _returnFullAt;
    private int _connections;
    private int _sweepAt = FewUsers;

    private record struct User(long FullAt, int Connections);

    /// <summary>Users remembered now.</summary>
    public int Users
    {
        get { lock (_gate) return _users.Count; }
    }

    /// <summary>Takes a place for a handshake; it is given back by <see cref="Leave"/>.</summary>
    /// <returns>Why there is none, or null. Who is refused has used nothing up.</returns>
    public Refusal? Take(Handshake handshake)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            var user = handshake.User is { } key ? _users.GetValueOrDefault(key) : default;
            if (_connections >= options.Connections) return Refusal.InstanceConnections;
            if (options.UserConnections > 0 && user.Connections >= options.UserConnections) return Refusal.UserConnections;
            if (handshake.Returns)
            {
                if (!_returnRate.Allows(_returnFullAt, now)) return Refusal.InstanceHandshakes;
                _returnFullAt = _returnRate.Taken(_returnFullAt, now);
            }
            else
            {
                if (handshake.User is not null && !_userRate.Allows(user.FullAt, now)) return Refusal.UserHandshakes;
                if (!_newRate.Allows(_newFullAt, now)) return Refusal.InstanceHandshakes;
                _newFullAt = _newRate.Taken(_newFullAt, now);
                user.FullAt = _userRate.Taken(user.FullAt, now);
            }
            _connections++;
            if (handshake.User is { } seated) RememberLocked(seated, user with { Connections = user.Connections + 1 }, now);
            return null;
        }
    }

    public void Leave(UserKey? user)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            _connections--;
            if (user is not { } key) return;
            ref var found = ref CollectionsMarshal.GetValueRefOrNullRef(_users, key);
            if (--found.Connections == 0 && found.FullAt <= now) _users.Remove(key);
        }
    }

    private void RememberLocked(UserKey key, User user, long now)
    {
        _users[key] = user;
        if (_users.Count < _sweepAt) return;
        foreach (var (each, state) in _users)
            if (state.Connections == 0 && state.FullAt <= now) _users.Remove(each);
        _sweepAt = Math.Max(FewUsers, _users.Count * 2);
    }
}
