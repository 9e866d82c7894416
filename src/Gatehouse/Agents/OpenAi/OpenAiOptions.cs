namespace Gatehouse.Agents.OpenAi;

/// <summary>
/// A model behind an OpenAI-compatible endpoint (OpenAI, Azure OpenAI's v1, vLLM, Ollama, LM Studio, OpenRouter, …), bound from the
/// section <c>Agent</c>. <see cref="OpenAiSettings"/> is what has been checked.
/// </summary>
public sealed class OpenAiOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Agent";

    /// <summary>
    /// The base address, to which <c>/chat/completions</c> is added, for example <c>https://api.openai.com/v1</c> or
    /// <c>http://localhost:11434/v1</c>. No default: whom conversations are sent to is said, not assumed.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>The model's name, as the endpoint knows it. No default.</summary>
    public string? Model { get; set; }

    /// <summary>The key. Either this or <see cref="ApiKeyFile"/>; for a server that asks for none, any word.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file with the key, as secrets are mounted. It is read once, at start; white space around the key is dropped.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>What clients name in <c>run.agent</c>. Default <c>assistant</c>.</summary>
    public string Name { get; set; } = "assistant";

    /// <summary>The system prompt. Default none.</summary>
    public string? Instructions { get; set; }

    /// <summary>
    /// How long the endpoint may be silent, before its answer and within it, in seconds. Default 100, because a large model on
    /// small hardware reads a long conversation for more than a minute before its first word.
    /// </summary>
    public int SilenceSeconds { get; set; } = 100;

    /// <summary>Every key of the section, so that a misspelt one is refused and not ignored.</summary>
    internal static readonly string[] Keys =
        [nameof(Endpoint), nameof(Model), nameof(ApiKey), nameof(ApiKeyFile), nameof(Name), nameof(Instructions), nameof(SilenceSeconds)];
}
