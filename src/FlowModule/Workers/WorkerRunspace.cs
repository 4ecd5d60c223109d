using System.Management.Automation.Runspaces;
using FlowModule.Sessions;

namespace FlowModule.Workers;

/// <summary>
/// Opens the runspaces of workers in turn. Opening is work for a processor: many at once would all be late; one after another,
/// the first begin early, and what they do by then needs no further runspace.
/// </summary>
internal static class WorkerRunspace
{
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    /// <param name="origin">The session that the worker works for.</param>
    /// <param name="write">Gets what scripts write straight to the host.</param>
    /// <param name="isNeeded">Whether there still is something for the worker to do, asked when it is its turn.</param>
    /// <returns>The runspace, for the calling thread; null when it is not needed any more.</returns>
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
