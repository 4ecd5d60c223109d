using FlowModule.Processes;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Scheduling.Registrars;

/// <summary>The command that the machine's scheduler starts: a program that reads the registration by its name.</summary>
/// <param name="Program">The program's full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">The variables without which the program would not start, or would use another time zone.</param>
internal sealed record ScheduleCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment)
{
    private static readonly string[] Needed = ["DOTNET_ROOT", "TZ", "TZDIR"];

    /// <summary>The command for a registration, with the program of this process.</summary>
    /// <param name="name">The registration's name.</param>
    /// <param name="historyPath">The history that it belongs to.</param>
    /// <exception cref="FlowException">This process is neither <c>flow</c> nor <c>pwsh</c>, or its path is unknown.</exception>
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
