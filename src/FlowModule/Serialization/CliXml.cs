using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Serialization;

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

    /// <summary>As the history has it; what that keeps to itself (passwords, states), or has no room for, as a job has it.</summary>
    internal string Serialize(object value) => InSession(() => HistoryXml.WriteWhole(value) ?? PSSerializer.Serialize(value, Depth));

    internal object? Deserialize(string text) => InSession(() => new ValueRevival(PSSerializer.DeserializeAsList(text)).Value());

    public void Dispose() => _session?.Dispose();

    /// <summary>Does something where the thread has a session.</summary>
    internal T InSession<T>(Func<T> action)
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

        try
        {
            // The engine evaluates scripts for it only where a pipeline of the session runs on the thread.
            T result = default!;
            using var pipeline = PowerShell.Create();
            pipeline.Runspace = _session;
            pipeline.AddCommand(InvokeActionCommand.Info).AddParameter(nameof(InvokeActionCommand.Action), (Action)(() => result = action())).Invoke();
            return result;
        }
        finally
        {
            Runspace.DefaultRunspace = null;
        }
    }

    [Cmdlet(VerbsLifecycle.Invoke, "Action")]
    private sealed class InvokeActionCommand : PSCmdlet
    {
        internal static readonly CmdletInfo Info = new("Invoke-Action", typeof(InvokeActionCommand));

        [Parameter(Mandatory = true)]
        public Action Action { get; set; } = null!;

        protected override void EndProcessing() => Action();
    }
}
