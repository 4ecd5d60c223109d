using System.Management.Automation;

namespace FlowModule.Hosting;

/// <summary>
/// Serves calls that workers make back into the caller's runspace: a method of a PowerShell class instance that was made there
/// runs there, and its worker waits until the runspace's thread gets to it. While that thread waits in the cmdlet for the
/// workers, nobody would: it would be a deadlock.
/// </summary>
internal sealed class CallerEvents : IDisposable
{
    private const string ScriptBlockInvoke = "PowerShell.OnScriptBlockInvoke";

    // The engine looks for waiting calls between the statements of a script.
    private static readonly ScriptBlock Statement = NeutralScript.Create("foreach ($i in 1) { }");

    private readonly PSCmdlet _cmdlet;
    private PSEventSubscriber? _subscriber;
    private volatile bool _called;

    /// <param name="cmdlet">The cmdlet that waits.</param>
    /// <param name="wake">Wakes it, from another thread.</param>
    internal CallerEvents(PSCmdlet cmdlet, Action wake)
    {
        _cmdlet = cmdlet;
        _subscriber = cmdlet.Events.SubscribeEvent(
            source: null,
            ScriptBlockInvoke,
            ScriptBlockInvoke,
            data: null,
            (_, _) =>
            {
                _called = true;
                wake();
            },
            supportEvent: true,
            forwardEvent: false);
    }

    /// <summary>Runs the calls that wait. On the cmdlet's thread.</summary>
    internal void Serve()
    {
        if (_called)
        {
            _called = false;
            _cmdlet.InvokeCommand.InvokeScript(useLocalScope: true, Statement, input: null, args: []);
        }
    }

    public void Dispose()
    {
        if (_subscriber is not null)
        {
            _cmdlet.Events.UnsubscribeEvent(_subscriber);
            _subscriber = null;
        }
    }
}
