namespace Gatehouse.Tests.Simulation;

/// <summary>A call over the network: first on its way there, then its answer on its way back. Either may be lost.</summary>
internal abstract class SimCall(string name)
{
    public string Name => name;

    /// <summary>Whether it has been executed.</summary>
    public bool Executed { get; protected set; }

    /// <summary>Whether the caller has given it up, and it may arrive all the same.</summary>
    public bool Lost { get; protected set; }

    /// <summary>Moves it on by one leg.</summary>
    /// <returns>Whether it is over.</returns>
    public abstract bool Advance();

    /// <summary>The caller hears that it was lost. The call itself may still arrive.</summary>
    public abstract void Lose();
}

internal sealed class SimCall<T>(string name, Func<T> execute, Action<T?> answer) : SimCall(name)
{
    private T? _result;

    public override bool Advance()
    {
        if (!Executed)
        {
            _result = execute();
            Executed = true;
            return Lost;
        }
        answer(_result);
        return true;
    }

    public override void Lose()
    {
        Lost = true;
        answer(default);
    }
}
