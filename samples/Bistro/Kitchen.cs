using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Bistro;

/// <summary>The tools: plain C# methods. What they return is what the model reads.</summary>
public sealed class Kitchen(IConfiguration configuration, TimeProvider clock, IHostEnvironment environment)
{
    private static readonly string[] Dishes = ["soup", "salad", "pasta"];
    private readonly Lock _book = new();

    [Description("The dishes of today.")]
    public static string[] Menu() => Dishes;

    [Description("Sends an order to the kitchen and waits until it is served.")]
    public async Task<Served> OrderAsync([Description("One of the dishes of the menu.")] string dish, CancellationToken cancellationToken)
    {
        // The book is how a guest, or a test, can see that nothing is cooked twice.
        lock (_book) File.AppendAllLines(Path.Combine(environment.ContentRootPath, configuration["Bistro:Book"] ?? "orders.txt"), [dish]);
        await Task.Delay(TimeSpan.FromMilliseconds(configuration.GetValue("Bistro:CookingMs", 1000)), clock, cancellationToken);
        return new(dish, Dishes.Contains(dish));
    }

    [Description("Takes the guest's money.")]
    public static string Pay([Description("The amount in euros.")] decimal amount) => $"{amount} EUR paid, thank you.";
}

/// <param name="Dish">What was ordered.</param>
/// <param name="IsServed">False if it is not on the menu.</param>
public sealed record Served(string Dish, bool IsServed);

/// <summary>How the tools' arguments and answers are read and written: these types, and after them those that every tool has.</summary>
internal static class ToolJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolverChain = { KitchenJson.Default, AIJsonUtilities.DefaultOptions.TypeInfoResolver! },
    };
}

[JsonSerializable(typeof(Served))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(decimal))]
internal sealed partial class KitchenJson : JsonSerializerContext;
