using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Json;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.History;

/// <summary>
/// Calls the <c>-OnCrash</c> hooks of runs whose process has died: in the session of the cmdlet that found them, on its thread. The hooks'
/// own session is gone; they have their arguments, <c>$FlowRun</c> and <c>$_</c>.
/// </summary>
internal static class CrashHooks
{
    // A hook that runs flows must not call the next hook inside it.
    [ThreadStatic]
    private static bool _isCalling;

    /// <summary>Ends the runs of a history whose process has died, and calls hooks that were not called yet.</summary>
    /// <param name="cmdlet">The cmdlet that is about to read or start runs.</param>
    /// <param name="history">The history.</param>
    /// <param name="isUrgent">Whether to check even if this was done a moment ago.</param>
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
                // If a hook does not return, the next process that looks calls the others.
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
    /// The text of the hooks, to be kept for the process that finds the run crashed: the script of a single hook, or a JSON array of
    /// several, which is not a script. Null if there is none.
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
            // Whatever the hook throws, the state does not change, and the user's own command continues.
            cmdlet.WriteWarning($"-OnCrash of {run.Kind.ToString().ToLowerInvariant()} run '{run.Name}', whose process had died, threw {exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>The original flow without its options.</summary>
    private static Flow FlowOf(FlowRunRecord run)
    {
        string text = run.ScriptHash is { } hash ? run.History.Script(hash) ?? string.Empty : string.Empty;
        ScriptBlockAst body = ScriptBlocks.BodyIn(Parser.ParseInput(text, out _, out _));
        return new Flow(run.FlowName, ScriptBlocks.FromBody(body), run.ScriptPath) { Tag = run.Tag, IsTask = run.Kind == RunKind.Task };
    }
}
