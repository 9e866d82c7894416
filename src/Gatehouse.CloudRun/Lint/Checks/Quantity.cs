using System.Text.RegularExpressions;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Quantities as Kubernetes writes them.</summary>
internal static partial class Quantity
{
    /// <summary>CPUs: a number, or thousandths with an m.</summary>
    public static bool IsCount(string text) => CountForm().IsMatch(text);

    /// <summary>Bytes; fewer than a mebibyte are a forgotten unit.</summary>
    public static bool IsMemory(string text) => MemoryForm().Match(text) is { Success: true } match && (match.Groups["unit"].Length > 0 || match.Groups["whole"].Length >= 7);

    /// <summary>A reference that Kubernetes would replace; $$(VAR) is none.</summary>
    public static bool HasVariable(string text) => VariableForm().IsMatch(text);

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,9})?m?\z", RegexOptions.CultureInvariant)]
    private static partial Regex CountForm();

    [GeneratedRegex(@"^(?<whole>[0-9]{1,18})(\.[0-9]{1,9})?(?<unit>[KMGT]i|[kMGT])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MemoryForm();

    [GeneratedRegex(@"(^|[^$])\$\([A-Za-z_][A-Za-z0-9_.-]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex VariableForm();
}
