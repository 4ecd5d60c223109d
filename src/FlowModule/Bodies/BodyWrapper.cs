using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using FlowModule.Sessions;

namespace FlowModule.Bodies;

/// <summary>
/// The script that calls a body: <c>try { do { &amp; $FlowBody @FlowParameters } while ($false) } catch { throw }</c>. In a try with a
/// catch, an error that ends its statement also ends the body: a flow fails where a script would continue. In a loop, a bare break
/// ends only the body. The script is created from syntax with the body's own position in its file, because commands such as
/// Write-Error report the position from which their script was called.
/// </summary>
internal sealed class BodyWrapper
{
    internal const string Body = "FlowBody";
    internal const string Parameters = "FlowParameters";
    internal const string Item = "FlowItem";

    /// <summary>A command that collects the output of a body in a list, because "exit" discards what the call would return.</summary>
    internal const string Collector = "FlowCollector";
    internal const string Collected = "FlowCollected";

    private static readonly ConditionalWeakTable<ScriptBlockAst, BodyWrapper> Wrappers = [];

    private readonly Lazy<ScriptBlock> _plain;
    private readonly Lazy<ScriptBlock> _piped;
    private readonly string[] _pipelineParameters;
    private readonly bool _takesAnyInput;

    private BodyWrapper(ScriptBlockAst body)
    {
        Exits = body.Find(ast => ast is ExitStatementAst, searchNestedScriptBlocks: true) is not null;
        _plain = new(() => Make(body.Extent, isPiped: false));
        _piped = new(() => Make(body.Extent, isPiped: true));
        ParameterAst[] parameters = body.ParamBlock is null ? [] : [.. body.ParamBlock.Parameters];
        _pipelineParameters = [.. parameters.Where(TakesPipelineInput).Select(parameter => parameter.Name.VariablePath.UserPath)];
        bool isAdvanced = parameters.SelectMany(parameter => parameter.Attributes).Concat(body.ParamBlock?.Attributes ?? Enumerable.Empty<AttributeBaseAst>())
            .Any(attribute => attribute.TypeName.GetReflectionType() == typeof(ParameterAttribute) || attribute.TypeName.GetReflectionType() == typeof(CmdletBindingAttribute));
        _takesAnyInput = body.ProcessBlock is not null && !isAdvanced;
    }

    /// <summary>Whether the body may call "exit".</summary>
    internal bool Exits { get; }

    /// <summary>The script that calls the body with parameters only.</summary>
    internal ScriptBlock Plain => _plain.Value;

    internal static BodyWrapper For(ScriptBlockAst body) => Wrappers.GetValue(body, static ast => new BodyWrapper(ast));

    /// <summary>
    /// The script that calls the body: one that pipes the item, if the body accepts pipeline input. Parameters that get it from the
    /// pipeline are then not passed by name.
    /// </summary>
    internal ScriptBlock Choose(object? item, ref IDictionary parameters)
    {
        IDictionary given = parameters;
        string[] fromPipeline = item is null ? [] : Array.FindAll(_pipelineParameters, name => given.Contains(name) && ReferenceEquals(given[name], item));
        if (fromPipeline.Length == 0 && (item is null || !_takesAnyInput))
        {
            return _plain.Value;
        }

        if (fromPipeline.Length > 0)
        {
            var others = new Hashtable(StringComparer.OrdinalIgnoreCase);
            foreach (DictionaryEntry entry in parameters)
            {
                if (!fromPipeline.Contains(entry.Key as string, StringComparer.OrdinalIgnoreCase))
                {
                    others[entry.Key] = entry.Value;
                }
            }

            parameters = others;
        }

        return _piped.Value;
    }

    private static bool TakesPipelineInput(ParameterAst parameter) => parameter.Attributes.OfType<AttributeAst>().Any(
        attribute => attribute.NamedArguments.Any(argument => string.Equals(argument.ArgumentName, nameof(ParameterAttribute.ValueFromPipeline), StringComparison.OrdinalIgnoreCase)));

    private ScriptBlock Make(IScriptExtent place, bool isPiped)
    {
        List<CommandBaseAst> commands = [Call(place, Variable(place, Body), Variable(place, Parameters, isSplatted: true))];
        if (isPiped)
        {
            commands.Insert(0, new CommandExpressionAst(place, new ArrayLiteralAst(place, [Variable(place, Item)]), redirections: null));
        }

        if (Exits)
        {
            commands.Add(Call(place, Variable(place, Collector), Variable(place, Collected)));
        }

        var never = new PipelineAst(place, new CommandExpressionAst(place, Variable(place, "false"), redirections: null));
        var once = new DoWhileStatementAst(place, label: null, never, Block(place, new PipelineAst(place, commands)));
        var rethrow = new CatchClauseAst(place, [], Block(place, new ThrowStatementAst(place, pipeline: null)));
        var attempt = new TryStatementAst(place, Block(place, once), [rethrow], @finally: null);
        return NeutralScript.Create(new ScriptBlockAst(place, paramBlock: null, Block(place, attempt), isFilter: false));
    }

    private static CommandAst Call(IScriptExtent place, params CommandElementAst[] elements) =>
        new(place, elements, TokenKind.Ampersand, redirections: null);

    private static VariableExpressionAst Variable(IScriptExtent place, string name, bool isSplatted = false) => new(place, name, isSplatted);

    private static StatementBlockAst Block(IScriptExtent place, StatementAst statement) => new(place, [statement], traps: null);
}
