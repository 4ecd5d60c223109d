using System.Globalization;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// What belongs to a process and not to a session, and what a run may have changed: environment variables, the working
/// directory, the console's writers, the culture of the thread.
/// </summary>
internal sealed class ProcessState
{
    private readonly Dictionary<string, string> _environment = ChildEnvironment.Now();
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo _uiCulture = CultureInfo.CurrentUICulture;

    /// <summary>The environment variables of the process that sends the runs have changed.</summary>
    internal void ChangeEnvironment(BinaryReader data)
    {
        lock (_environment)
        {
            ChildEnvironment.Read(data, _environment);
        }
    }

    /// <summary>Makes all as a run is to find it, on the thread that will execute it.</summary>
    /// <param name="folder">The working directory, or null to leave it.</param>
    internal void Restore(string? folder)
    {
        lock (_environment)
        {
            ChildEnvironment.Restore(_environment);
        }

        if (folder is not null && Directory.Exists(folder))
        {
            Directory.SetCurrentDirectory(folder);
        }

        if (Console.Out != _output)
        {
            Console.SetOut(_output);
        }

        if (Console.Error != _error)
        {
            Console.SetError(_error);
        }

        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = _culture;
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = _uiCulture;
    }
}
