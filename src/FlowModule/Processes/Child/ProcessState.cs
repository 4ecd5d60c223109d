using System.Globalization;
using FlowModule.Closures;
using FlowModule.Engine.Processes;

namespace FlowModule.Processes.Child;

/// <summary>
/// State of the process, not of a session, that a run may have changed: environment variables, the working
/// directory, the console's writers, the culture of new threads.
/// </summary>
internal sealed class ProcessState
{
    private readonly Dictionary<string, string> _environment = ChildEnvironment.Now();
    private readonly TextWriter _output = Console.Out;
    private readonly TextWriter _error = Console.Error;

    /// <summary>Applies changes of the environment variables of the parent process.</summary>
    internal void ChangeEnvironment(BinaryReader data)
    {
        lock (_environment)
        {
            ChildEnvironment.Read(data, _environment);
        }
    }

    /// <summary>Restores the state for a run, with its caller's folder, if it exists here, and cultures.</summary>
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
