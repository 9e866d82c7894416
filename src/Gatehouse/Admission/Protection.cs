namespace Gatehouse.Admission;

/// <summary>Whether newcomers are refused for the sake of those who are in, although the graph would let them in. Thread-safe.</summary>
internal sealed class Protection
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    public void Begin() => _isOn = true;

    public void End() => _isOn = false;
}
