using Gatehouse.Log.Redis;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Gatehouse.Hosting;

/// <summary>How a job ends: the codes of sysexits.h.</summary>
internal enum JobExit
{
    /// <summary>Done, or nothing was to do.</summary>
    Done = 0,

    /// <summary>The command line is wrong.</summary>
    Usage = 64,

    /// <summary>What the job is about is not there, or is not what it must be.</summary>
    WrongData = 65,

    /// <summary>The database or Redis cannot be reached.</summary>
    Unreachable = 69,

    /// <summary>It failed and was undone; or what nobody has thought of happened.</summary>
    Failed = 70,

    /// <summary>A file cannot be written.</summary>
    CannotWrite = 73,

    /// <summary>Another one is at it; the same may succeed later.</summary>
    Locked = 75,

    /// <summary>The user may not do it.</summary>
    Denied = 77,

    /// <summary>A connection string is missing or wrong: also its password, user and database.</summary>
    Configuration = 78,
}

/// <param name="Line">What was done, or what is wrong.</param>
internal sealed record JobAnswer(JobExit Exit, string Line)
{
    /// <summary>The database cannot be used: because of its address, or for now.</summary>
    public static JobAnswer Of(PostgresReason reason) => new(
        reason.Signature switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName =>
                JobExit.Configuration,
            PostgresErrorCodes.InsufficientPrivilege => JobExit.Denied,
            PostgresErrorCodes.CharacterNotInRepertoire => JobExit.WrongData,
            _ => JobExit.Unreachable,
        },
        reason.Text);

    /// <summary>Redis cannot be used: because of its address, or for now.</summary>
    public static JobAnswer Of(RedisFault fault) => new(
        fault.Signature is "NOAUTH" or "WRONGPASS" or "NOPERM" or "tls required" or "tls not spoken" ? JobExit.Configuration : JobExit.Unreachable,
        fault.Reason);
}

/// <summary>A command of the server's program that ends: it says in one line what it has done.</summary>
internal static class Job
{
    /// <param name="work">Is given what says a line about what it waits for.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        string name, string[] args, Func<string[], IConfiguration> configure, TextWriter output, TextWriter errors, Func<Action<string>, Task<JobAnswer>> work)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(errors);
        var program = $"{AppDomain.CurrentDomain.FriendlyName} {name}: ";
        var answer = await AnswerAsync(() => work(line => errors.WriteLine(program + line)));
        await (answer.Exit is JobExit.Done ? output : errors).WriteLineAsync(program + answer.Line.ReplaceLineEndings(" "));
        return (int)answer.Exit;
    }

    // A job always ends in a line and a code: whoever runs it, a pipeline most often, has nothing else.
    private static async Task<JobAnswer> AnswerAsync(Func<Task<JobAnswer>> work)
    {
        try
        {
            return await work();
        }
        catch (GatehouseConfigurationException exception)
        {
            return new(JobExit.Configuration, string.Join(" ", exception.Errors));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new(JobExit.Failed, $"This is a defect of the program: {exception.GetType().Name}: {exception.Message}");
        }
    }
}
