namespace Gatehouse.Diagnosis;

/// <summary>How the catalogue writes its remedies.</summary>
internal static class Do
{
    public static Remedy Now(string text, string? command = null, Owner owner = Owner.OnCall, Risk risk = Risk.Low, bool reversible = true) =>
        Make(RemedyTime.Now, text, command, owner, risk, reversible);

    public static Remedy Next(string text, string? command = null, Owner owner = Owner.Developers, Risk risk = Risk.Low, bool reversible = true) =>
        Make(RemedyTime.Next, text, command, owner, risk, reversible);

    public static Remedy Prevent(string text, string? command = null, Owner owner = Owner.Developers, Risk risk = Risk.None, bool reversible = true) =>
        Make(RemedyTime.Prevent, text, command, owner, risk, reversible);

    private static Remedy Make(RemedyTime when, string text, string? command, Owner owner, Risk risk, bool reversible) => new()
    {
        When = when,
        Text = text,
        Command = command,
        Owner = owner,
        Risk = risk,
        IsReversible = reversible,
    };
}
