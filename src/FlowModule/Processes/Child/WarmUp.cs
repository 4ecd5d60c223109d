using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Workers;
using FlowModule.Flows;
using FlowModule.Pool;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>
/// A run that does nothing, in a session that nobody uses, while nobody waits: the first session and the first run of a process take much longer than those
/// after them, because their code is compiled. Nothing of it is recorded or told.
/// </summary>
internal static class WarmUp
{
    /// <summary>Begins it. It ends by itself.</summary>
    /// <param name="initial">The initial state of sessions in this kind of program.</param>
    /// <param name="cliXml">For this alone.</param>
    internal static void Begin(InitialSessionState initial, CliXml cliXml)
    {
        InitialSessionState state = WorkerOrigin.InitialStateFrom(initial, loadedCmdlets: []);

        // It may still go on when the first run begins, so the state of the process is not for it to restore.
        var runs = new ChildRuns(new FrameChannel(Stream.Null), mark: null, cliXml, process: null);
        using var pools = new WorkerPools(WorkerKinds.Known, pools => new WorkerOrigin(state, new FlowRegistry(parent: null), Host: null, pools));
        WorkerPool pool = pools.Of(nameof(FlowIsolation.Runspace));
        runs.Pool = pool;
        pool.Rent(runs);
        runs.Add(Run(cliXml), slots: null);
        runs.EndAfterThis();
    }

    /// <summary>The run, as it comes over the wire.</summary>
    private static FlowRun Run(CliXml cliXml)
    {
        var flow = new Flow("warm", ScriptBlock.Create("$_"));
        EncodedWork work = EncodedWork.Of(new SubflowWork(flow, new Closure()), cliXml);
        using var message = new MemoryStream();
        using var data = new BinaryWriter(message, FrameBuilder.Text);
        RunMessage.Write(data, new FlowRun(flow, parent: null, TimeProvider.System, flow.Name, parameters: null, inputObject: 1) { HasInput = true }, work.Key, new ValueWriter(cliXml));
        message.Position = 0;

        using var workReader = new BinaryReader(new MemoryStream(work.Payload), FrameBuilder.Text);
        using var reader = new BinaryReader(message, FrameBuilder.Text);
        reader.ReadString();
        var values = new ValueReader(cliXml);
        return RunMessage.Read(reader, WorkCodec.Read(workReader, values), values, static (_, _) => throw new NotSupportedException("It has no history."), out _);
    }
}
