using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.Resuming;

/// <summary>Finds the flow of a run from the history: in the session, or from the script in the history.</summary>
/// <param name="cmdlet">The calling cmdlet.</param>
/// <param name="context">The session.</param>
internal sealed class StoredFlows(PSCmdlet cmdlet, RunspaceContext context)
{
    /// <summary>The flow of a run.</summary>
    /// <param name="record">The run.</param>
    /// <param name="given">The flow that the caller names, or null.</param>
    /// <param name="force">Whether commands that the flow calls may be missing.</param>
    /// <exception cref="FlowException">There is none, or this session lacks commands that it calls.</exception>
    internal Flow Find(FlowRunRecord record, Flow? given, bool force)
    {
        if (given is not null)
        {
            // A bare script block gets the name of the run's flow.
            return given.IsNamed ? given : With(record, given.ScriptBlock);
        }

        return context.Flows.Find(record.FlowName) ?? Make(record, force);
    }

    /// <summary>Whether the flow's script is different from that of the original run.</summary>
    internal static bool HasChanged(FlowRunRecord record, Flow flow) =>
        record.ScriptHash is { } before && flow.Script is { } now && !string.Equals(before, now.Hash, StringComparison.Ordinal);

    private Flow Make(FlowRunRecord record, bool force)
    {
        string text = (record.ScriptHash is { } hash ? HistoryAccess.Read(record.History, history => history.Script(hash)) : null) ?? throw new FlowException(
            $"There is no flow '{record.FlowName}' in this session, and the history does not have its script. Name the flow with -Flow.",
            "FlowNotFound", ErrorCategory.ObjectNotFound, record.FlowName);
        (ScriptBlockAst body, ScriptBlockAst? file) = FromFile(record, text) is { Body: { } found, File: var whole } ? (found, whole) : (FromText(record, text), null);
        FunctionDefinitionAst[] functions = file is null ? [] : FunctionsFor(body, file);
        if (!force)
        {
            RequireCommands(record, body, functions);
        }

        ScriptBlock script = ScriptBlocks.FromBody(body);
        if (functions.Length > 0)
        {
            // In a module of their own, so that they do not remain in the session.
            script = new PSModuleInfo(Definitions(functions)).NewBoundScriptBlock(script);
        }

        return With(record, script);
    }

    /// <summary>A flow with the options of the run.</summary>
    private Flow With(FlowRunRecord record, ScriptBlock script)
    {
        StoredOptions options = HistoryAccess.OptionsOf(record);
        if (options.Lost.Length > 0)
        {
            cmdlet.WriteWarning($"Run '{record.Name}' goes without {string.Join(", ", options.Lost.Select(static name => $"-{name}"))}: the captured values of a script (GetNewClosure) are not in the history.");
        }

        return options.Flow(record.FlowName, script, record.Tag);
    }

    /// <summary>The body at its position in its file, if the file still contains it; and the file.</summary>
    private static (ScriptBlockAst? Body, ScriptBlockAst? File) FromFile(FlowRunRecord record, string text)
    {
        if (record.ScriptPath is not { } path || !File.Exists(path))
        {
            return default;
        }

        ScriptBlockAst file;
        try
        {
            file = Parser.ParseFile(path, out _, out _);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }

        // Lines above it may have been added or removed: of several equal blocks, the nearest is used.
        ScriptBlockAst? body = file
            .FindAll(ast => ast is ScriptBlockAst && string.Equals(ast.Extent.Text, text, StringComparison.Ordinal), searchNestedScriptBlocks: true)
            .Cast<ScriptBlockAst>()
            .MinBy(ast => Math.Abs(ast.Extent.StartLineNumber - (record.ScriptLine ?? 1)));
        return (body, file);
    }

    private static ScriptBlockAst FromText(FlowRunRecord record, string text)
    {
        ScriptBlockAst whole = Parser.ParseInput(text, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw new FlowException(
                $"The script of flow '{record.FlowName}' in the history cannot be parsed here: {errors[0].Message} Name the flow with -Flow.",
                "FlowScriptNotParsed", ErrorCategory.ParserError, record, new ParseException(errors));
        }

        return ScriptBlocks.BodyIn(whole);
    }

    /// <summary>The functions of a file that a body calls, and those that they call in turn.</summary>
    private static FunctionDefinitionAst[] FunctionsFor(ScriptBlockAst body, ScriptBlockAst file)
    {
        var known = new Dictionary<string, FunctionDefinitionAst>(StringComparer.OrdinalIgnoreCase);
        foreach (FunctionDefinitionAst function in file.EndBlock?.Statements.OfType<FunctionDefinitionAst>() ?? [])
        {
            known[function.Name] = function;
        }

        var called = new List<FunctionDefinitionAst>();
        var open = new Stack<ScriptBlockAst>([body]);
        while (open.TryPop(out ScriptBlockAst? script))
        {
            foreach (string command in ClosurePlan.For(script).Commands)
            {
                if (known.Remove(command, out FunctionDefinitionAst? function))
                {
                    called.Add(function);
                    open.Push(function.Body);
                }
            }
        }

        return [.. called];
    }

    /// <summary>A script that defines functions, each with its position in its file.</summary>
    private static ScriptBlock Definitions(FunctionDefinitionAst[] functions)
    {
        IScriptExtent place = functions[0].Extent;
        var statements = new StatementBlockAst(place, functions.Select(static function => (StatementAst)function.Copy()), traps: null);
        return new ScriptBlockAst(place, paramBlock: null, statements, isFilter: false).GetScriptBlock();
    }

    private void RequireCommands(FlowRunRecord record, ScriptBlockAst body, FunctionDefinitionAst[] functions)
    {
        var own = functions.Select(static function => function.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] missing = [.. functions.Select(static function => function.Body).Prepend(body)
            .SelectMany(static script => ClosurePlan.For(script).Commands)
            .Where(name => !own.Contains(name) && cmdlet.InvokeCommand.GetCommand(name, CommandTypes.All) is null)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.OrdinalIgnoreCase)];
        if (missing.Length > 0)
        {
            throw new FlowException(
                $"Flow '{record.FlowName}' is created from the script in the history, and this session has no {string.Join(", ", missing)}, which it calls. "
                + "Define the missing commands, name the flow with -Flow, or use -Force if the flow does not need them.",
                "FlowCommandNotFound", ErrorCategory.ObjectNotFound, missing[0]);
        }
    }
}
