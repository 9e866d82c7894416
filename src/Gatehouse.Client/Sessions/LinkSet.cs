namespace Gatehouse.Client;

/// <summary>The links of a session: at most one that serves, one that is to take its place, and those that are on their way out.</summary>
internal sealed class LinkSet(List<SessionOutput> outputs)
{
    private const int Done = 1000;
    private readonly List<Link> _retiring = [];
    private int _count;

    /// <summary>The link that commands go to.</summary>
    public Link? Current { get; private set; }

    /// <summary>The link that is being made.</summary>
    public Link? Next { get; private set; }

    public Link? Find(int number) =>
        Current?.Number == number ? Current : Next?.Number == number ? Next : _retiring.Find(link => link.Number == number);

    /// <summary>What the latest <c>welcome</c> gave; every later link shows it.</summary>
    public string? ResumeToken { private get; set; }

    public void Open(TimeSpan delay)
    {
        Next = new(++_count);
        outputs.Add(new OpenLink(_count, delay, ResumeToken));
    }

    /// <summary>The next link takes over; the one that served until now is on its way out.</summary>
    public void Promote()
    {
        if (Current is { } old)
        {
            old.Phase = LinkPhase.Retiring;
            _retiring.Add(old);
        }
        (Current, Next) = (Next, null);
    }

    public void Remove(Link link)
    {
        if (Current == link) Current = null;
        else if (Next == link) Next = null;
        else _retiring.Remove(link);
    }

    public void CloseRetiring()
    {
        foreach (var link in _retiring) outputs.Add(new CloseLink(link.Number, Done));
        _retiring.Clear();
    }

    public void CloseAll()
    {
        CloseRetiring();
        if (Current is { } current) outputs.Add(new CloseLink(current.Number, Done));
        if (Next is { Phase: LinkPhase.Open } open) outputs.Add(new CloseLink(open.Number, Done));
        if (Next is { Phase: LinkPhase.Dialling } dialling) outputs.Add(new DropLink(dialling.Number));
        (Current, Next) = (null, null);
    }

    /// <summary>When the next link falls due.</summary>
    public TimeSpan? DueAt => All().Min(link => link.DueAt);

    /// <summary>The links that are due at <paramref name="now"/>.</summary>
    public List<Link> Due(TimeSpan now) => [.. All().Where(link => link.DueAt <= now)];

    private IEnumerable<Link> All()
    {
        if (Current is not null) yield return Current;
        if (Next is not null) yield return Next;
        foreach (var link in _retiring) yield return link;
    }
}
