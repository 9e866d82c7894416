using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Why;

/// <summary>Cases that are kept in files.</summary>
internal static class CaseFile
{
    public static async Task<Explanation> ExplainAsync(string file, Form form, CancellationToken cancellationToken)
    {
        try
        {
            return Explanation.Of(DiagnosisJson.ReadCase(await File.ReadAllTextAsync(file, cancellationToken)), form);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NoExplanationException($"cannot read {file}: {exception.Message}");
        }
        catch (JsonException exception)
        {
            throw new NoExplanationException($"{file} is not a case: {exception.Message}");
        }
    }

    /// <summary>Keeps a case, and explains what was kept, so that it is explained the same when it is read again.</summary>
    public static async Task<Explanation> SaveAsync(string file, Case given, Form form, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(file, $"{DiagnosisJson.Write(given)}\n", cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NoExplanationException($"cannot write {file}: {exception.Message}");
        }
        return Explanation.Of(given, form);
    }
}
