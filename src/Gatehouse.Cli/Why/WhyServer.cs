using Gatehouse.Cli.Api;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Why;

/// <summary>A server's own explanation of itself.</summary>
internal sealed class WhyServer(ServerApi api)
{
    private const string Why = "api/why";

    public async Task<Explanation> ExplainAsync(Form form, CancellationToken cancellationToken)
    {
        var report = api.Read(Why, await api.GetAsync(Why, cancellationToken), "a report", static json => DiagnosisJson.ReadReport(json));
        // Only the server knows the incident around it, and the incidents before.
        return new(report, form is Form.Markdown ? await api.GetAsync($"{Why}?form=markdown", cancellationToken) : null);
    }

    public async Task<Case> CaseAsync(CancellationToken cancellationToken)
    {
        const string path = "api/case";
        return api.Read(path, await api.GetAsync(path, cancellationToken), "a case", static json => DiagnosisJson.ReadCase(json));
    }
}
