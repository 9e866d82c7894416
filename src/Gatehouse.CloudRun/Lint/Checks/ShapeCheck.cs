using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Lint.Shapes;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Whether every key is known, on its level, and holds what it should.</summary>
internal static class ShapeCheck
{
    public static void Run(Subject subject, Findings findings)
    {
        var shape = subject.IsService ? ResourceShape.Service : ResourceShape.Job;
        new Walk(subject, findings, ResourceShape.HomesIn(shape)).Map(subject.Resource, shape);
    }

    private sealed class Walk(Subject subject, Findings findings, IReadOnlyDictionary<string, string> homes)
    {
        public void Map(Spot spot, Shape shape)
        {
            foreach (var field in spot.Fields)
            {
                if (!shape.Keys.TryGetValue(field.Key, out var key)) Unknown(field, shape);
                else if (key.IsOutput) findings.AddKey(KeyRules.OutputOnly, field, $"'{field.Key}' is written by the platform; in a manifest it is ignored", "leave it out");
                else if (key.Instead is { } instead)
                {
                    if (subject.IsCloudRun) findings.AddKey(KeyRules.Unsupported, field, $"Cloud Run does not support '{field.Key}' in {shape.Name}", instead);
                }
                else Value(field, key);
            }
            foreach (var (name, key) in shape.Keys.Where(static each => each.Value.IsRequired).OrderBy(static each => each.Key, StringComparer.Ordinal))
            {
                if (!spot[name].Exists && (name is not "name" || !spot["generateName"].Exists))
                    findings.Add(KeyRules.Missing, spot[name], $"{(spot.Path.Length is 0 ? shape.Name : spot.Path)} has no '{name}'", $"write '{name}'");
            }
        }

        private void Unknown(Spot field, Shape shape)
        {
            if (findings.IsFull) return;
            var shown = Shown.Of(field.Key);
            var severity = subject.IsCloudRun ? (Severity?)null : Severity.Warning;
            if (Guess.Same(field.Key, shape.Written) is { } same)
                findings.AddKey(KeyRules.Unknown, field, $"there is no key '{shown}' in {shape.Name}: keys are read to the letter", $"write '{same}'",
                    field.Parent![same].HasKey ? null : Change.Of(Edit.ReplaceKey(field, same)), severity);
            else if (homes.TryGetValue(field.Key, out var home))
                findings.AddKey(KeyRules.WrongLevel, field, $"'{shown}' does not belong in {shape.Name}: nobody looks for it there", $"write it in {home}");
            else if (Guess.Of(field.Key, shape.Written) is { } near)
                findings.AddKey(KeyRules.Unknown, field, $"there is no key '{shown}' in {shape.Name}", $"did you mean '{near}'?", severity: severity);
            else
                findings.AddKey(KeyRules.Unknown, field, $"there is no key '{shown}' in {shape.Name}", $"leave it out; there are {string.Join(", ", shape.Written)}", severity: severity);
        }

        private void Value(Spot field, ShapeKey key)
        {
            if (!field.Exists) return;      // null is the same as left out; whether it may be is asked of the map
            switch (key.Form)
            {
                case Form.Map when field.Map is not null: Map(field, key.Shape!); break;
                case Form.Maps when field.Node is ManifestList: Items(field, key.Shape!); break;
                case Form.Texts when field.Node is ManifestList: TextItems(field); break;
                case Form.TextMap when field.Map is not null: TextFields(field); break;
                case Form.Any: break;
                case Form.Whole or Form.WholeOrText or Form.Text or Form.Truth when field.Node is ManifestScalar scalar: Scalar(field, scalar, key); break;
                default: WrongType(field, key.Form); break;
            }
        }

        private void Items(Spot field, Shape shape)
        {
            foreach (var item in field.Items)
            {
                if (item.Map is not null) Map(item, shape);
                else WrongType(item, Form.Map);
            }
        }

        private void TextItems(Spot field)
        {
            foreach (var item in field.Items)
            {
                if (item.Node is not ManifestScalar scalar) WrongType(item, Form.Text);
                else TextCheck.Scalar(item, scalar, findings);
            }
        }

        private void TextFields(Spot field)
        {
            foreach (var each in field.Fields)
            {
                if (each.Node is ManifestScalar scalar) TextCheck.Scalar(each, scalar, findings);
                else if (each.Exists) WrongType(each, Form.Text);
            }
        }

        private void Scalar(Spot field, ManifestScalar scalar, ShapeKey key)
        {
            switch (key.Form)
            {
                case Form.Text: TextCheck.Scalar(field, scalar, findings, key.Values); break;
                case Form.Truth when YamlJson.Truth(scalar) is null: WrongType(field, key.Form, field.Truth is { } truth ? Edit.Replace(field, truth ? "true" : "false") : null); break;
                case Form.Whole when scalar.IsText || field.Whole is null: WrongType(field, key.Form, field.Whole is { } whole ? Edit.Replace(field, FormattableString.Invariant($"{whole}")) : null); break;
                case Form.WholeOrText when field.Whole is null: WrongType(field, key.Form); break;
                case Form.Whole or Form.WholeOrText: Range(field, key); break;
            }
        }

        private void Range(Spot field, ShapeKey key)
        {
            var most = subject.IsCloudRun ? key.Most : key.MostOnKnative ?? key.Most;
            if (field.Whole is not { } value || (value >= key.Least && value <= most)) return;
            var range = most >= int.MaxValue ? FormattableString.Invariant($"{key.Least} or more") : FormattableString.Invariant($"from {key.Least} to {most}");
            findings.Add(KeyRules.OutOfRange, field, FormattableString.Invariant($"{field.Key} is {value}: it must be {range}"), $"write a number {range}");
        }

        private void WrongType(Spot field, Form form, TextEdit? edit = null)
        {
            var (found, wanted) = (Found(field.Node!), Wanted(form));
            findings.Add(KeyRules.WrongType, field, $"{field.Path} must be {wanted}, and is {found}", $"write {wanted}", edit is { } made ? new Change([made]) : null);
        }

        private static string Wanted(Form form) => form switch
        {
            Form.Whole or Form.WholeOrText => "a whole number",
            Form.Truth => "true or false",
            Form.Map or Form.TextMap => "a map",
            Form.Maps or Form.Texts => "a list",
            _ => "text",
        };

        // Not what it says: it might be a secret.
        private static string Found(ManifestNode node) => node switch
        {
            ManifestMap => "a map",
            ManifestList => "a list",
            ManifestScalar { IsText: true } => "text",
            ManifestScalar scalar when YamlJson.Truth(scalar) is not null => "a truth value",
            ManifestScalar scalar when YamlJson.TryWhole(scalar.Value, out _) => "a number",
            ManifestScalar scalar when YamlJson.TryReal(scalar.Value, out _) => "a broken number",
            _ => "text",
        };
    }
}
