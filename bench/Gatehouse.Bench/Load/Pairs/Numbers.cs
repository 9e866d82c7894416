namespace Gatehouse.Bench.Load.Pairs;

/// <summary>Finds what tokens say in what arrives: digits with the mark of a token behind them, as in <c>17~ 18~ </c>.</summary>
internal sealed class Numbers(Action<long> found)
{
    private long _number;
    private bool _begun;

    public void Take(ReadOnlySpan<byte> message)
    {
        foreach (var character in message)
        {
            if (character is >= (byte)'0' and <= (byte)'9')
            {
                _number = (_begun ? 10 * _number : 0) + character - '0';
                _begun = true;
                continue;
            }
            if (_begun && character == '~') found(_number);
            _begun = false;
        }
    }
}
