using System.Text;
using System.Text.Json;
using Gatehouse.Consistency.Clients;

namespace Gatehouse.Consistency;

/// <summary>The checker finds what it is there to find: each thing that must never happen, made up, is a violation.</summary>
public sealed class CheckerTests
{
    private const string Thread = "thread";

    private static readonly AcceptedMessage[] Accepted = [new("m1", "one two", "r1"), new("m2", "three", "r2")];

    private readonly Words _words = new();
    private readonly Violations _violations = new();
    private readonly List<StoredMessage> _messages =
    [
        new("m1", "user", "one two", "r1"), new("a1", "assistant", Words.Answer("one two"), "r1"),
        new("m2", "user", "three", "r2"), new("a2", "assistant", Words.Answer("three"), "r2"),
    ];

    private readonly Dictionary<string, string> _runs = new() { ["r1"] = "closed", ["r2"] = "closed" };

    public CheckerTests()
    {
        foreach (var message in Accepted) _words.Note(Thread, message);
    }

    [Fact]
    public void A_store_that_is_right_is_no_violation()
    {
        CheckStore();
        Assert.Empty(_violations.All);
    }

    [Fact]
    public void A_word_that_is_lost() => FindsInStore(() => _messages.RemoveAt(2));

    [Fact]
    public void A_word_that_is_stored_twice() => FindsInStore(() => _messages.Insert(1, _messages[0]));

    [Fact]
    public void Words_in_another_order() => FindsInStore(() => _messages.Reverse());

    [Fact]
    public void A_word_that_is_another() => FindsInStore(() => _messages[0] = _messages[0] with { Content = "one too" });

    [Fact]
    public void A_word_that_nobody_accepted() => FindsInStore(() => _messages.Add(new("m3", "user", "four", "r3")));

    [Fact]
    public void An_answer_that_lacks_a_token() => FindsInStore(() => _messages[1] = _messages[1] with { Content = _messages[1].Content[..^6] });

    [Fact]
    public void An_answer_that_was_given_twice() => FindsInStore(() => _messages.Insert(2, _messages[1] with { Id = "again" }));

    [Fact]
    public void A_run_that_runs_for_ever() => FindsInStore(() => _runs["r2"] = "running");

    [Fact]
    public void A_run_that_nobody_asked_for() => FindsInStore(() => _runs["r3"] = "closed");

    [Theory]
    [InlineData("the same", 0)]
    [InlineData("lost", 1)]
    [InlineData("doubled", 1)]
    [InlineData("changed", 1)]
    public void What_a_reader_has_is_what_the_store_has(string what, int violations)
    {
        var view = new View("reader", Thread, _violations);
        var read = _messages.ToList();
        if (what == "lost") read.RemoveAt(1);
        if (what == "doubled") read.Add(read[^1]);
        if (what == "changed") read[1] = read[1] with { Content = read[1].Content.Replace('o', 'u') };
        view.Replace(JsonSerializer.SerializeToElement(new
        {
            cursor = Start,
            messages = read.Select(message => new { id = message.Id, role = message.Role, content = message.Content }),
        }));

        new Checker(_words, _violations).CheckReader(view, new(_messages, _runs));

        Assert.Equal(violations, _violations.All.Count);
    }

    [Fact]
    public void A_text_that_was_right_at_last_but_not_when_its_run_ended()
    {
        var view = Follow(Content("a1", "one "), Finished("r1"), Content("a1", "two "));
        new Checker(_words, _violations).CheckReader(view, new([new("a1", "assistant", "one two ", "r1")], _runs));
        Assert.Contains("run r1 ended with 'one '", Assert.Single(_violations.All), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_twice()
    {
        Follow(Finished("r1"), Finished("r1"));
        Assert.Equal("reader: run r1 ended twice", Assert.Single(_violations.All));
    }

    [Fact]
    public void Another_payload_at_a_position_that_was_another_ones()
    {
        var view = new View("reader", Thread, _violations);
        view.Replace(JsonSerializer.SerializeToElement(new { cursor = Start, messages = Array.Empty<object>() }));
        view.Apply(Frame(Start, Chain.Parse(Start).Next(Encoding.UTF8.GetBytes(Content("a1", "one "))).ToString(), Content("a1", "two ")));
        Assert.Contains("the events lead to", Assert.Single(_violations.All), StringComparison.Ordinal);
    }

    [Fact]
    public void Events_that_do_not_follow_on_are_not_taken()
    {
        var view = Follow(Content("a1", "one "));
        Assert.False(view.Apply(Frame(Start, "1-0000000000000001", Content("a1", "one "))));
        Assert.Equal("one ", Assert.Single(view.Messages).Content);
    }

    private static string Start => new Chain().ToString();

    private View Follow(params string[] events)
    {
        var view = new View("reader", Thread, _violations);
        view.Replace(JsonSerializer.SerializeToElement(new { cursor = Start, messages = Array.Empty<object>() }));
        foreach (var each in events)
            Assert.True(view.Apply(Frame(view.Cursor!, Chain.Parse(view.Cursor!).Next(Encoding.UTF8.GetBytes(each)).ToString(), each)));
        return view;
    }

    private static JsonElement Frame(string after, string cursor, string payload) =>
        JsonElement.Parse($$"""{"type":"events","after":"{{after}}","cursor":"{{cursor}}","events":[{{payload}}]}""");

    private static string Content(string messageId, string delta) => $$"""{"type":"TEXT_MESSAGE_CONTENT","messageId":"{{messageId}}","delta":"{{delta}}"}""";

    private static string Finished(string runId) => $$"""{"type":"RUN_FINISHED","runId":"{{runId}}"}""";

    private void FindsInStore(Action change)
    {
        change();
        CheckStore();
        Assert.NotEmpty(_violations.All);
    }

    private void CheckStore() => new Checker(_words, _violations).CheckStore(Thread, new(_messages, _runs));
}
