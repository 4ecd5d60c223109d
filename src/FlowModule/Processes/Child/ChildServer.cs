using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using System.Text;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Workers;
using FlowModule.Flows;
using FlowModule.History;
using FlowModule.Pool;
using FlowModule.Secrets;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>
/// A process that works for another: executes the runs that come over the pipe, in a normal worker, until the pipe
/// ends. If the parent process dies, the pipe ends too: then running runs are stopped.
/// </summary>
internal sealed class ChildServer : IDisposable
{
    private static readonly StopRequest ParentGone = new(StopKind.Cancelled, "The process that started the run has ended.");
    private static readonly StopRequest Terminated = new(StopKind.Cancelled, "The worker process was told to end.");

    private readonly FrameChannel _channel;
    private readonly InitialSessionState _initial;
    private readonly bool _ownsProcess;
    private readonly Func<string, StrayMark?> _markOf;

    // One for each thread, because threads may have no session.
    private readonly CliXml _readXml = new();
    private readonly CliXml _writeXml = new();
    private readonly CliXml _warmXml = new();
    private readonly ValueReader _values;
    private readonly WorkMemory _works;
    private readonly FlowRegistry _flows = new(parent: null);
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly SecretHandover _secrets;
    private readonly RelayedHistories _histories;
    private ChildRuns? _runs;
    private WorkerPools? _pools;

    private ChildServer(FrameChannel channel, InitialSessionState initial, bool ownsProcess, Func<string, StrayMark?> markOf)
    {
        _channel = channel;
        _initial = initial;
        _ownsProcess = ownsProcess;
        _markOf = markOf;
        _values = new ValueReader(_readXml);
        _works = new WorkMemory(_values);
        _secrets = new SecretHandover(channel, isKept: false);
        _histories = new RelayedHistories(channel);
    }

    /// <summary>Whether this process works for another.</summary>
    internal static bool IsThisProcess { get; private set; }

    /// <summary>Works for another process of this machine, over a pipe.</summary>
    internal static void Run(string pipeName, InitialSessionState initial)
    {
        OwnProcess();
        using FrameChannel? channel = ProcessLink.Connect(pipeName);
        if (channel is not null)
        {
            Run(channel, initial, ownsProcess: true, mark => new StrayMark(mark, isJoined: false));
        }
    }

    /// <summary>Works for another machine, over standard input and output.</summary>
    internal static void RunOverStandardStreams(InitialSessionState initial)
    {
        (Stream input, Stream output) = StandardStreams.Take();
        OwnProcess();
        HistoryBackends.ServesOtherMachine = true;
        using var channel = new FrameChannel(new DuplexStream(input, output));
        Greeting.TrySend(channel);
        Run(channel, initial, ownsProcess: true, mark => new StrayMark(mark, isJoined: true));
    }

    /// <summary>Works for another machine in a process that belongs to a session of PowerShell remoting: its signals and standard streams are the session's.</summary>
    internal static void RunInSession(FrameChannel channel, InitialSessionState initial)
    {
        IsThisProcess = HistoryBackends.ServesOtherMachine = true;
        Greeting.TrySend(channel);
        Run(channel, initial, ownsProcess: false, static _ => null);
    }

    private static void OwnProcess()
    {
        IsThisProcess = true;
        ProcessGroup.Lead();
        if (OperatingSystem.IsWindows())
        {
            // The parent reads the console output as UTF-8.
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }
    }

    private static void Run(FrameChannel channel, InitialSessionState initial, bool ownsProcess, Func<string, StrayMark?> markOf)
    {
        using var server = new ChildServer(channel, initial, ownsProcess, markOf);
        server.Serve();
    }

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _pools?.Dispose();
        _histories.Dispose();
        _readXml.Dispose();
        _writeXml.Dispose();
        _warmXml.Dispose();
    }

    private void Serve()
    {
        foreach (PosixSignal signal in _ownsProcess ? [PosixSignal.SIGTERM, PosixSignal.SIGINT] : Array.Empty<PosixSignal>())
        {
            _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        _secrets.Listen();
        RunSecrets.HandOver = _secrets.Tell;
        while (_channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
            Handle(kind, data, payload);
        }

        _secrets.End();
        _histories.End();
        _runs?.Close(ParentGone);
    }

    private void Handle(FrameKind kind, BinaryReader data, byte[] payload)
    {
        switch (kind)
        {
            case FrameKind.Session:
                Open(data);
                break;
            case FrameKind.Environment:
                _runs!.ChangeEnvironment(data);
                break;
            case FrameKind.Flows:
                ReadFlows(data);
                break;
            case FrameKind.Work:
                _works.Add(data.ReadString(), payload[(int)data.BaseStream.Position..]);
                break;
            case FrameKind.Drop:
                _works.Drop(data.ReadString());
                break;
            case FrameKind.Run:
                FlowRun run = RunMessage.Read(data, _works.Get(data.ReadString()), _values, _histories.Of, out SharedClaim? slots);
                _runs!.Add(run, slots);
                break;
            case FrameKind.Stop:
                var id = new Guid(data.ReadBytes(16));
                var stop = (StopKind)data.ReadByte();
                _runs!.Stop(id, new StopRequest(stop, data.ReadString()));
                break;
            case FrameKind.SecretKnown:
                _secrets.Known();
                break;
            case FrameKind.Recorded:
                _histories.Answered(data.ReadString());
                break;
            case FrameKind.Warm:
                WarmUp.Begin(_initial, _warmXml);
                break;
            default:
                throw new InvalidDataException($"A worker process was sent a frame of kind {kind}.");
        }
    }

    /// <summary>Opens the session for the runs at once, because the first run is on its way.</summary>
    private void Open(BinaryReader data)
    {
        StrayMark? mark = _markOf(data.ReadString());
        InitialSessionState state = ChildSessionState.Read(data, _initial);
        _runs = new ChildRuns(_channel, mark, _writeXml, new ProcessState());
        _pools = new WorkerPools(WorkerKinds.Known, pools => new WorkerOrigin(state, _flows, Host: null, pools));
        WorkerPool pool = _pools.Of(nameof(FlowIsolation.Runspace));
        _runs.Pool = pool;
        pool.Rent(_runs);
    }

    private void ReadFlows(BinaryReader data)
    {
        _values.Reset();
        _flows.Clear();
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            _flows.Add(FlowCodec.Read(data, _values));
        }
    }

    /// <summary>A signal tells this process to end: it ends after its run, whose finally blocks run.</summary>
    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _runs?.Close(Terminated);
        _channel.Dispose();
    }
}
