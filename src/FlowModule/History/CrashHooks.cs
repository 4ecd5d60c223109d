using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.History;

/// <summary>
/// Calls the <c>-OnCrash</c> of runs whose process has died: in the session of the cmdlet that has found them, on its thread. What the hooks
/// knew in their own session is gone with it; they have their arguments, <c>$FlowRun</c> and <c>$_</c>.
/// </summary>
internal static class CrashHooks
{
    // A hook that runs flows itself is not to call the next inside of it.
    [ThreadStatic]
    private static bool _isCalling;

    /// <summary>Ends the runs of a history whose process is gone, and calls the hooks that nobody has called.</summary>
    /// <param name="cmdlet">The cmdlet that is about to look at runs, or to start some.</param>
    /// <param name="history">The history.</param>
    /// <param name="isUrgent">Whether to look even if that was done a moment ago.</param>
    internal static void Sweep(PSCmdlet cmdlet, RunHistory history, bool isUrgent = false)
    {
        bool isWhatIf = LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference"))
            || (cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? whatIf) && LanguagePrimitives.IsTrue(whatIf));
        if (isWhatIf || _isCalling)
        {
            history.SweepCrashed(isUrgent: isUrgent);
            return;
        }

        _isCalling = true;
        try
        {
            while (history.SweepCrashed(takesHook: true, isUrgent).Hook is { } hook)
            {
                // One that does not return leaves the rest to be called by whoever looks next.
                Array.ForEach(ScriptsIn(hook.Script), script => Call(cmdlet, hook.Run, script));
                isUrgent = false;
            }
        }
        finally
        {
            _isCalling = false;
        }
    }

    /// <summary>
    /// A text of the hooks that can be kept for those who find the run crashed: that of the only one, or of several as an array in JSON,
    /// which is no script. Null when there is none.
    /// </summary>
    internal static string? TextOf(RunPolicy policy) => policy.Hooks?.OnCrash switch
    {
        null or [] => null,
        [var hook] => hook.ToString(),
        { } hooks => JsonSerializer.Serialize(hooks.Select(static hook => hook.ToString())),
    };

    private static string[] ScriptsIn(string text)
    {
        try
        {
            return text.StartsWith("[\"", StringComparison.Ordinal) && JsonSerializer.Deserialize<string[]>(text) is { } several ? several : [text];
        }
        catch (JsonException)
        {
            return [text];
        }
    }

    private static void Call(PSCmdlet cmdlet, FlowRunRecord run, string script)
    {
        try
        {
            RecordMembers.Add();
            FlowStateRecord state = run.State;
            List<PSVariable> variables = [new PSVariable(run.Kind == RunKind.Task ? SpecialVariables.TaskRun : SpecialVariables.FlowRun, run), new PSVariable("_", state)];
            ScriptBlock.Create(script).InvokeWithContext(functionsToDefine: null, variables, FlowOf(run), run, state);
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (Exception exception)
        {
            // Whatever it throws: the state stands, and the person who was about to do something else goes on.
            cmdlet.WriteWarning($"-OnCrash of {run.Kind.ToString().ToLowerInvariant()} run '{run.Name}', whose process had died, threw {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>The flow as it was, but for its options.</summary>
    private static Flow FlowOf(FlowRunRecord run)
    {
        string text = run.ScriptHash is { } hash ? run.History.Script(hash) ?? string.Empty : string.Empty;
        ScriptBlockAst body = ScriptBlocks.BodyIn(Parser.ParseInput(text, out _, out _));
        return new Flow(run.FlowName, ScriptBlocks.FromBody(body), run.ScriptPath) { Tag = run.Tag, IsTask = run.Kind == RunKind.Task };
    }
}
