using System.Management.Automation.Runspaces;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>
/// Opens the runspaces of workers one after another. Opening needs a processor: many at once would all be late; one after another,
/// the first begin early, and the work that they do by then needs no further runspace.
/// </summary>
internal static class WorkerRunspace
{
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    /// <param name="origin">The session that the worker works for.</param>
    /// <param name="write">Receives direct output of scripts to the host.</param>
    /// <param name="isNeeded">Whether there is still work for the worker, checked when it is its turn.</param>
    /// <returns>The runspace, for the calling thread; null if it is no longer needed.</returns>
    internal static Runspace? OpenInTurn(WorkerOrigin origin, Action<object> write, Func<bool> isNeeded)
    {
        Turns.Wait();
        try
        {
            if (!isNeeded())
            {
                return null;
            }

            Runspace runspace = RunspaceFactory.CreateRunspace(new WorkerHost(origin.Host, write), origin.InitialState);
            runspace.Name = "FlowModule worker";
            runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
            runspace.Open();
            return runspace;
        }
        finally
        {
            Turns.Release();
        }
    }
}
