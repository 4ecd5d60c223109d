using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Serialization;

/// <summary>
/// Serializes to CLIXML on threads that may have no session: properties that PowerShell adds to an object (a file's BaseName, for example)
/// are scripts and need one. The session is opened for the first object that is not plain data, and it is the thread's session only
/// while it is needed, because a script block created on a thread with a session takes over its language mode.
/// </summary>
internal sealed class CliXml : IDisposable
{
    /// <summary>
    /// An object's properties and their properties: the depth of Export-Clixml, and one more than jobs use. Arrays, tables and custom objects
    /// with plain data are not limited: they are transferred whole.
    /// </summary>
    private const int Depth = 2;

    private Runspace? _session;

    /// <summary>Serializes like the history. Values that the history does not store (passwords, states, large values) are serialized as for a job.</summary>
    internal string Serialize(object value) => InSession(() => HistoryXml.WriteWhole(value) ?? PSSerializer.Serialize(value, Depth));

    internal object? Deserialize(string text) => InSession(() => new ValueRevival(PSSerializer.DeserializeAsList(text)).Value());

    public void Dispose() => _session?.Dispose();

    /// <summary>Runs an action while the thread has a session.</summary>
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
            // The engine evaluates scripts only while a pipeline of the session runs on the thread.
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
