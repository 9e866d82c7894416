using Microsoft.Extensions.Configuration;

namespace Gatehouse.Agents.Tests;

public sealed class ConfiguredAgentsTests
{
    private const string Endpoint = "https://models.example/v1";

    [Fact]
    public void Without_a_model_the_ops_agent_is_all_there_is()
    {
        Assert.Equal(["ops"], Names());
        Assert.Equal(["ops"], Names("Ops:TokensPerSecond=0"));
    }

    [Fact]
    public void A_model_comes_first_and_gets_the_ops_tools()
    {
        using var chat = new Ops.OpsChat();
        var (agents, errors) = Read($"Agent:Endpoint={Endpoint}", "Agent:Model=m", "Agent:ApiKey=sk-1", "Agent:Instructions=Be brief.");
        Assert.Empty(errors);
        var created = agents!.Create(chat.Facts, TimeProvider.System);
        Assert.Equal(["assistant", "ops"], created.Select(agent => agent.Name));
        Assert.Equal("Be brief.", created[0].Instructions);
        Assert.Equal(6, created[0].Tools.Count);
    }

    [Fact]
    public void The_key_may_be_in_a_file_with_a_trailing_line_break()
    {
        Assert.Equal(["bot", "ops"], Names($"Agent:Endpoint={Endpoint}", "Agent:Model=m", "Agent:ApiKeyFile=/key", "Agent:Name=bot"));
    }

    [Theory]
    [InlineData("Agent:Model=m;Agent:ApiKey=k", "Agent:Endpoint is missing; it must be an absolute http or https address such as https://api.openai.com/v1.")]
    [InlineData("Agent:Endpoint=models.example;Agent:Model=m;Agent:ApiKey=k", "Agent:Endpoint is 'models.example'; it must be an absolute http or https address such as https://api.openai.com/v1.")]
    [InlineData("Agent:Endpoint=ftp://a;Agent:Model=m;Agent:ApiKey=k", "Agent:Endpoint is 'ftp://a'; it must be")]
    [InlineData("Agent:Endpoint=https://u:secret@a/v1;Agent:Model=m;Agent:ApiKey=k", "Agent:Endpoint is '…@a/v1'; it must be")]
    [InlineData("Agent:Endpoint=https://a/v1?key=secret;Agent:Model=m;Agent:ApiKey=k", "Agent:Endpoint is 'https://a/v1?…'; it must be")]
    [InlineData("Agent:Endpoint=https://a;Agent:ApiKey=k", "Agent:Model is missing; it must be the name of a model that the endpoint has.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m", "Agent:ApiKey and Agent:ApiKeyFile are both missing; one must be set, to any word if the endpoint asks for no key.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=secret;Agent:ApiKeyFile=/key", "Agent:ApiKey and Agent:ApiKeyFile ('/key') are both set; exactly one of them must be.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=secret secret", "Agent:ApiKey holds a character that no key has, such as a space or a line break; it must be the key alone.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKeyFile=/none", "Agent:ApiKeyFile '/none' does not exist; it must be a readable file that holds the key.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKeyFile=/denied", "Agent:ApiKeyFile '/denied' cannot be read; it must be a readable file that holds the key.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKeyFile=/empty", "Agent:ApiKeyFile '/empty' is empty; it must hold the key.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=k;Agent:Name=my bot", "Agent:Name is 'my bot'; it must be 1 to 128 characters out of A-Z a-z 0-9 . _ : -")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=k;Agent:Name=ops", "Agent:Name is 'ops', which is the built-in ops agent's; it must be another.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=k;Agent:SilenceSeconds=0", "Agent:SilenceSeconds is '0'; it must be a number of seconds from 1 to 3600.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Model=m;Agent:ApiKey=k;Agent:SilenceSeconds=long", "Agent:SilenceSeconds is 'long'; it must be a number.")]
    [InlineData("Agent:Endpoint=https://a;Agent:Modell=m;Agent:Model=m;Agent:ApiKey=k", "Agent:Modell is not a key; there are Endpoint, Model, ApiKey, ApiKeyFile, Name, Instructions, SilenceSeconds.")]
    [InlineData("Ops:TokensPerSecond=-1", "Ops:TokensPerSecond is '-1'; it must be 0 (as fast as possible) or a number up to 100000.")]
    [InlineData("Ops:TokensPerSecond=fast", "Ops:TokensPerSecond is 'fast'; it must be a number.")]
    public void Each_mistake_is_one_line_without_secrets(string settings, string error)
    {
        var (agents, errors) = Read(settings.Split(';'));
        Assert.Null(agents);
        Assert.StartsWith(error, Assert.Single(errors));
        Assert.DoesNotContain("secret", errors[0]);
        Assert.DoesNotContain('\n', errors[0]);
    }

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(5, Read("Agent:Name=", "Ops:TokensPerSecond=x").Errors.Count);

    [Fact]
    public void Settings_do_not_show_their_key() =>
        Assert.DoesNotContain("sk-1", new Agents.OpenAi.OpenAiSettings(new Uri(Endpoint), "m", "sk-1").ToString());

    private static IEnumerable<string> Names(params string[] settings)
    {
        using var chat = new Ops.OpsChat();
        var (agents, errors) = Read(settings);
        Assert.Empty(errors);
        return agents!.Create(chat.Facts, TimeProvider.System).Select(agent => agent.Name);
    }

    private static (ConfiguredAgents? Agents, IReadOnlyList<string> Errors) Read(params string[] settings) => ConfiguredAgents.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2))
            .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build(),
        path => path switch
        {
            "/key" => "sk-file\n",
            "/empty" => "\n",
            "/denied" => throw new UnauthorizedAccessException(),
            _ => throw new FileNotFoundException(),
        });
}
