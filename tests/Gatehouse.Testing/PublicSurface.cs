using System.Reflection;

namespace Gatehouse.Testing;

/// <summary>The public surface of an assembly as a text that can be reviewed. Linked into the suites of the libraries, which need nothing else from here.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Each public type, in the order of the names, with its members below it.</summary>
    public static string Of(Assembly assembly) => string.Concat(assembly.GetExportedTypes()
        .Where(type => !type.IsNested)
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .SelectMany(Describe)
        .Select(line => $"{line}\n"));

    private static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsValueType ? "struct" : type.IsSubclassOf(typeof(Delegate)) ? "delegate" : "class";
        yield return $"{kind} {type.Name}";
        var members = type.GetMembers(Declared).Where(IsWritten).Select(member => $"  {Describe(member)}").Order(StringComparer.Ordinal);
        foreach (var member in members) yield return member;
    }

    /// <summary>Leaves out what the compiler writes by itself.</summary>
    private static bool IsWritten(MemberInfo member) => member switch
    {
        MethodBase { IsSpecialName: true } and not ConstructorInfo => member.Name == "op_Implicit",
        MethodInfo method => method.Name is not ("ToString" or "Equals" or "GetHashCode" or "Deconstruct" or "<Clone>$" or "BeginInvoke" or "EndInvoke"),
        ConstructorInfo made => made.DeclaringType!.IsSubclassOf(typeof(Delegate)) is false && made.GetParameters().Length > 0,
        PropertyInfo property => property.Name != "EqualityContract",
        FieldInfo field => field.Name != "value__",
        _ => true,
    };

    private static string Describe(MemberInfo member) => member switch
    {
        MethodInfo method => $"{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        ConstructorInfo made => $"new({Parameters(made)})",
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ get; {(property.SetMethod?.IsPublic == true ? "init; " : "")}}}",
        FieldInfo field => field.IsLiteral ? $"{field.Name} = {(int)field.GetRawConstantValue()!}" : $"{Name(field.FieldType)} {field.Name}",
        _ => member.ToString()!,
    };

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters()
        .Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = default" : "")}"));

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (!type.IsGenericType) return type.Name;
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
