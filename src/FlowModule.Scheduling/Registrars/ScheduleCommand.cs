namespace FlowModule.Scheduling.Registrars;

/// <summary>The command that the machine's scheduler starts: a program that reads the registration by its name.</summary>
/// <param name="Program">The program's full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">The variables without which the program would not start, or would use another time zone.</param>
internal sealed record ScheduleCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<KeyValuePair<string, string>> Environment);
