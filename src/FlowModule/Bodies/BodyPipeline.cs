using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Sessions;

namespace FlowModule.Bodies;

/// <summary>
/// A pipeline in which bodies run, in the runspace of a worker or of the caller. Everything that they write to any stream except the
/// output arrives at one place, in the order in which it was written.
/// </summary>
internal static class BodyPipeline
{
    private static readonly CmdletInfo Start = new("Start-FlowBodyPipeline", typeof(StartCommand));
    private static readonly CmdletInfo Pump = new("Invoke-FlowBodyPump", typeof(PumpCommand));
    private static readonly CmdletInfo Sink = new("Write-FlowBodyRecord", typeof(SinkCommand));

    // Compiled once for the process: a script for each pipeline would be compiled each time.
    private static readonly ScriptBlock Script = MakeScript();

    // While a command runs that no script called, transcripts record nothing. They continue at the end of a command of the same name.
    private static readonly ScriptBlock StartScript = MakeScript(new CmdletInfo(Start.Name, typeof(GoOnCommand)));

    // The commands read it when they begin, on the thread that calls them.
    [ThreadStatic]
    private static Work? s_work;

    /// <summary>Runs bodies in a separate pipeline, on this thread.</summary>
    /// <param name="shell">An empty pipeline of the runspace.</param>
    /// <param name="loop">Runs bodies, inside the pipeline.</param>
    /// <param name="write">Receives every record, on the pipeline's thread.</param>
    internal static void Invoke(PowerShell shell, Action<PSCmdlet> loop, Action<object> write)
    {
        s_work = new Work(loop, write);
        NativeTree.EndWhenStopped(shell);
        shell.AddCommand(Start).Invoke();
    }

    /// <summary>The same inside the pipeline of a running cmdlet: stopping that pipeline stops the body too.</summary>
    internal static void InvokeHere(Action<PSCmdlet> loop, Action<object> write)
    {
        s_work = new Work(loop, write);
        Script.Invoke();
    }

    /// <summary>
    /// <c>&amp; { &amp; pump } *&gt;&amp;1 | &amp; sink</c>, with command objects instead of names, after commands that come first. It has no variables:
    /// bodies in the caller's runspace run inside it and would see them instead of the caller's. It has no arguments either: indexing <c>$args</c> would
    /// make the first flow ten milliseconds slower.
    /// </summary>
    private static ScriptBlock MakeScript(params CmdletInfo[] first)
    {
        IScriptExtent place = Parser.ParseInput("& { & $pump } *>&1 | & $sink", out _, out _).Extent;
        var inner = new ScriptBlockExpressionAst(place, new ScriptBlockAst(place, paramBlock: null, Block(place, Pipeline(Call(Pump))), isFilter: false));
        PipelineBaseAst merged = Pipeline(new CommandAst(place, [inner], TokenKind.Ampersand, [new MergingRedirectionAst(place, RedirectionStream.All, RedirectionStream.Output)]), Call(Sink));
        return NeutralScript.Create(new ScriptBlockAst(place, paramBlock: null, Block(place, [.. first.Select(command => Pipeline(Call(command))), merged]), isFilter: false));

        CommandAst Call(CmdletInfo command) => new(place, [new ConstantExpressionAst(place, command)], TokenKind.Ampersand, []);

        PipelineBaseAst Pipeline(params CommandBaseAst[] commands) => new PipelineAst(place, commands);
    }

    private static StatementBlockAst Block(IScriptExtent place, params PipelineBaseAst[] statements) => new(place, statements, traps: null);

    private sealed record Work(Action<PSCmdlet> Loop, Action<object> Write);

    [Cmdlet(VerbsLifecycle.Start, "FlowBodyPipeline")]
    private sealed class StartCommand : PSCmdlet
    {
        private Work _work = null!;

        protected override void BeginProcessing() => (_work, s_work) = (s_work!, null);

        protected override void EndProcessing()
        {
            s_work = _work;
            StartScript.Invoke();
        }
    }

    [Cmdlet(VerbsLifecycle.Resume, "FlowBodyPipeline")]
    private sealed class GoOnCommand : PSCmdlet
    {
    }

    [Cmdlet(VerbsLifecycle.Invoke, "FlowBodyPump")]
    private sealed class PumpCommand : PSCmdlet
    {
        private Action<PSCmdlet> _loop = null!;

        // This command begins last, so the slot is free for bodies inside its loop, which set it again.
        protected override void BeginProcessing() => (_loop, s_work) = (s_work!.Loop, null);

        protected override void EndProcessing() => _loop(this);
    }

    [Cmdlet(VerbsCommunications.Write, "FlowBodyRecord")]
    private sealed class SinkCommand : PSCmdlet
    {
        private Action<object> _write = null!;

        [Parameter(ValueFromPipeline = true)]
        public PSObject? InputObject { get; set; }

        protected override void BeginProcessing() => _write = s_work!.Write;

        protected override void ProcessRecord()
        {
            if (InputObject is not null)
            {
                if (InputObject.BaseObject is InformationRecord information)
                {
                    ShownInformation.Mark(information);
                }

                _write(InputObject.BaseObject);
            }
        }
    }
}
