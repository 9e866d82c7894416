using Gatehouse.Agents.OpenAi;
using Gatehouse.Agents.Ops;
using Gatehouse.Operations;
using Microsoft.Extensions.Configuration;

namespace Gatehouse.Agents;

/// <summary>The agents that configuration asks for: the model of section <c>Agent</c> if there is one, and the ops agent always.</summary>
internal sealed class ConfiguredAgents
{
    private readonly OpenAiSettings? _model;
    private readonly OpsOptions _ops;

    private ConfiguredAgents(OpenAiSettings? model, OpsOptions ops)
    {
        _model = model;
        _ops = ops;
    }

    /// <summary>Reads and checks both sections, and the key file; null if there are errors, each one line.</summary>
    public static (ConfiguredAgents? Agents, IReadOnlyList<string> Errors) Read(IConfiguration configuration, Func<string, string> readFile)
    {
        var errors = new List<string>();
        var ops = Ops(configuration.GetSection(OpsOptions.Section), errors);
        var model = Model(configuration.GetSection(OpenAiOptions.Section), readFile, errors);
        return errors.Count == 0 ? (new(model, ops), errors) : (null, errors);
    }

    /// <summary>The names of the agents, the default one first.</summary>
    public IReadOnlyList<string> Names => _model is null ? [OpsAgent.Name] : [_model.Name, OpsAgent.Name];

    /// <summary>The agents, the default one first. All get the ops tools; a model is told about them like any other.</summary>
    public IReadOnlyList<Agent> Create(OpsFacts facts, TimeProvider clock)
    {
        var ops = OpsAgent.Create(facts, _ops, clock);
        return _model is null ? [ops] : [OpenAiAgent.Create(_model, clock) with { Tools = ops.Tools }, ops];
    }

    private static OpenAiSettings? Model(IConfigurationSection section, Func<string, string> readFile, List<string> errors)
    {
        if (!section.Exists())
            return null;
        errors.AddRange(Unknown(section, OpenAiOptions.Keys));
        var options = new OpenAiOptions();
        if (!Bound(() => section.Bind(options), section, nameof(OpenAiOptions.SilenceSeconds), errors))
            return null;
        var (settings, wrong) = OpenAiCheck.Check(options, readFile);
        errors.AddRange(wrong);
        return settings;
    }

    private static OpsOptions Ops(IConfigurationSection section, List<string> errors)
    {
        errors.AddRange(Unknown(section, [nameof(OpsOptions.TokensPerSecond)]));
        var options = new OpsOptions();
        if (Bound(() => section.Bind(options), section, nameof(OpsOptions.TokensPerSecond), errors))
            errors.AddRange(OpsOptions.Errors(options));
        return options;
    }

    // Each section has one key that is not text, so that is the one that binding can refuse.
    private static bool Bound(Action bind, IConfigurationSection section, string number, List<string> errors)
    {
        try
        {
            bind();
            return true;
        }
        catch (InvalidOperationException)
        {
            errors.Add($"{section.Key}:{number} is '{section[number]}'; it must be a number.");
            return false;
        }
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] keys) => section.GetChildren()
        .Where(child => !keys.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{section.Key}:{child.Key} is not a key; there are {string.Join(", ", keys)}.");
}
