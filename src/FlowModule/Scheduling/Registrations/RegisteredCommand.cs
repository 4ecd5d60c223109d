using FlowModule.Processes;
using FlowModule.Scheduling.Registrars;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Makes the command of a registration.</summary>
internal static class RegisteredCommand
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
                                                           let value = Environment.GetEnvironmentVariable(variable)
                                                           where !string.IsNullOrEmpty(value)
                                                           select KeyValuePair.Create(variable, value)]);
    }
}
