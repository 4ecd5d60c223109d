using System.Globalization;
using FlowModule.Closures;

namespace FlowModule.Processes.Child;

/// <summary>
/// What belongs to a process and not to a session, and what a run may have changed: environment variables, the working
/// directory, the console's writers, the culture of new threads.
/// </summary>
internal sealed class ProcessState
{
    private readonly Dictionary<string, string> _environment = ChildEnvironment.Now();
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;

    /// <summary>The environment variables of the process that sends the runs have changed.</summary>
    internal void ChangeEnvironment(BinaryReader data)
    {
        lock (_environment)
        {
            ChildEnvironment.Read(data, _environment);
        }
    }

    /// <summary>Makes all as a run is to find it, with its caller's folder, where there is one here, and cultures.</summary>
    internal void Restore(Closure closure)
    {
        lock (_environment)
        {
            ChildEnvironment.Restore(_environment);
        }

        if (closure.Location?.Folder is { } folder && Directory.Exists(folder))
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

        CultureInfo.DefaultThreadCurrentCulture = closure.Culture;
        CultureInfo.DefaultThreadCurrentUICulture = closure.UICulture;
    }
}
