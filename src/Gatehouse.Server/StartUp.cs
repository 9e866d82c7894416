using System.Globalization;
using System.Text.Json;
using Gatehouse.Hosting;
using Microsoft.Extensions.Configuration.Memory;

namespace Gatehouse.Server;

/// <summary>Turns what goes wrong before there is a server into one clear line and an exit code (those of sysexits.h).</summary>
internal static class StartUp
{
    private const int DefaultPort = 8000;
    private const int Usage = 64;               // EX_USAGE
    private const int Unavailable = 69;         // EX_UNAVAILABLE: the port is taken
    private const int TryAgain = 75;            // EX_TEMPFAIL: another process has the data directory
    private const int BadConfiguration = 78;    // EX_CONFIG

    private static readonly string[] Commands = ["migrate", "drain", "cancel", "monitoring"];

    /// <summary>What holds unless configured otherwise: a log that shows what this server does, not every request.</summary>
    public static MemoryConfigurationSource Defaults { get; } = new()
    {
        InitialData = new Dictionary<string, string?>
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "None",   // a failed start is one line, below
            ["Logging:Console:FormatterName"] = "simple",
            ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        },
    };

    public static async Task<int> RunAsync(Func<Task> host)
    {
        try
        {
            await host();
            return Environment.ExitCode;        // 0, unless the backend ended itself to be started again
        }
        catch (GatehouseConfigurationException exception)
        {
            return Say(exception.Message, BadConfiguration);
        }
        catch (GatehouseStartException exception)
        {
            return Say(exception.Message, exception.IsTemporary ? TryAgain : BadConfiguration);
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Say($"{exception.Message} Set PORT to another one.", Unavailable);
        }
    }

    /// <summary>What the first argument has this program do instead of serving: a job that ends, with an exit code. Null if it is to serve.</summary>
    public static Task<int>? Job(string[] args) => args switch
    {
        ["migrate", .. var rest] => GatehouseMigrations.RunAsync(rest, Configure, Console.Out, Console.Error, CancellationToken.None),
        ["drain", .. var rest] => GatehouseControl.DrainAsync(rest, Configure, Console.Out, Console.Error, CancellationToken.None),
        ["cancel", .. var rest] => GatehouseControl.CancelAsync(rest, Configure, Console.Out, Console.Error, CancellationToken.None),
        ["monitoring", .. var rest] => GatehouseMonitoring.RunAsync(rest, Console.Out, Console.Error, CancellationToken.None),
        [var other, ..] when !other.StartsWith('-') && !other.Contains('=') => Task.FromResult(Say(
            $"'{other}' is not a command; there are {string.Join(", ", Commands[..^1])} and {Commands[^1]}. Without one it serves.", Usage)),
        _ when Misplaced(args) is { } command => Task.FromResult(Say($"'{command}' must be the first argument; options of the configuration follow it.", Usage)),
        _ => null,
    };

    /// <summary>The builder with its configuration read.</summary>
    /// <exception cref="GatehouseConfigurationException">A file of it cannot be read.</exception>
    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        try
        {
            return WebApplication.CreateSlimBuilder(args);
        }
        catch (InvalidDataException broken)
        {
            var line = (broken.InnerException?.InnerException as JsonException)?.LineNumber + 1;
            throw new GatehouseConfigurationException([$"{broken.Message}{(line is null ? "" : $" Look at line {line}.")} It must be JSON."]);
        }
    }

    /// <summary><c>PORT</c>, as Cloud Run and Knative give it.</summary>
    public static int Port(IConfiguration configuration)
    {
        if (configuration["PORT"] is not { Length: > 0 } text) return DefaultPort;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new GatehouseConfigurationException([$"PORT is '{text}'; it must be a whole number, 1 to 65535."]);
    }

    // Behind options it would be taken for nothing, and a server started that never ends. What follows a key without = is its value.
    private static string? Misplaced(string[] args) =>
        args.Where((each, i) => i > 0 && Commands.Contains(each) && !(args[i - 1].StartsWith("--", StringComparison.Ordinal) && !args[i - 1].Contains('=')))
            .FirstOrDefault();

    private static ConfigurationManager Configure(string[] args) => CreateBuilder(args).Configuration;

    private static int Say(string message, int exitCode)
    {
        Console.Error.WriteLine($"gatehouse-server: {message}");
        return exitCode;
    }
}
