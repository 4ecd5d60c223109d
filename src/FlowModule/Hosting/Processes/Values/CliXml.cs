using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// CLIXML on a thread that may have no session: what PowerShell adds to an object (a file's BaseName, say) is a script, and needs
/// one. It is opened for the first object that is not plain data, and is the thread's only while it is needed: a script block
/// that is made on a thread with a session takes over its language mode.
/// </summary>
internal sealed class CliXml : IDisposable
{
    /// <summary>
    /// An object's properties, and their properties: as deep as Export-Clixml, and one deeper than a job. Data in arrays, tables
    /// and custom objects is not written as CLIXML and crosses whole.
    /// </summary>
    private const int Depth = 2;

    private Runspace? _session;

    internal string Serialize(object value) => InSession(() => PSSerializer.Serialize(value, Depth));

    internal object? Deserialize(string text) => InSession(() => PSSerializer.Deserialize(text));

    public void Dispose() => _session?.Dispose();

    private T InSession<T>(Func<T> action)
    {
        if (Runspace.DefaultRunspace is not null)
        {
            return action();
        }

        if (_session is null)
        {
            _session = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            _session.ThreadOptions = PSThreadOptions.UseCurrentThread;
            _session.Open();
        }

        Runspace.DefaultRunspace = _session;
        try
        {
            return action();
        }
        finally
        {
            Runspace.DefaultRunspace = null;
        }
    }
}
