using FlowModule.Processes;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Scheduling.Registrars;

/// <summary>What the machine's scheduler starts when it is time: a program, which looks up the rest under the registration's name.</summary>
/// <param name="Program">The program's full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">The variables without which the program itself would not start, or would see another time zone.</param>
internal sealed record ScheduleCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    private static readonly string[] Needed = ["DOTNET_ROOT", "TZ", "TZDIR"];

    /// <summary>The command for a registration, with the program that this process is.</summary>
    /// <param name="name">The registration's name.</param>
    /// <param name="historyPath">The history that it belongs to.</param>
    /// <exception cref="FlowException">This process is neither <c>flow</c> nor <c>pwsh</c>, or there is no telling where it is.</exception>
    internal static ScheduleCommand Of(string name, string historyPath)
    {
        (string program, IReadOnlyList<string> arguments) = WorkerCommand.Find().Scheduled(name, historyPath);
        if (!Path.IsPathFullyQualified(program))
        {
            program = Programs.Find(program) ?? throw ScheduleErrors.ProgramNotFound(program);
        }

        return new ScheduleCommand(program, arguments, [.. from variable in Needed
                                                           let value = System.Environment.GetEnvironmentVariable(variable)
                                                           where !string.IsNullOrEmpty(value)
                                                           select KeyValuePair.Create(variable, value)]);
    }
}
