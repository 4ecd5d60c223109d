using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FlowModule.Values;

/// <summary>Takes script blocks out of the session that they are bound to, so that they can run in another one.</summary>
internal static class ScriptBlocks
{
    // One unbound block a piece of source: making one again would compile it again.
    private static readonly ConditionalWeakTable<Ast, ScriptBlock> Unbound = [];

    // Public since PowerShell 7.3 had clean blocks, and unknown to the reference assembly.
    private static readonly PropertyInfo? CleanBlock = typeof(ScriptBlockAst).GetProperty("CleanBlock");

    private static readonly ConstructorInfo? NewWithCleanBlock = typeof(ScriptBlockAst).GetConstructor(
    [
        typeof(IScriptExtent), typeof(IEnumerable<UsingStatementAst>), typeof(IEnumerable<AttributeAst>), typeof(ParamBlockAst),
        typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst),
    ]);

    /// <summary>The body of a script block, or null for one whose source is neither a block nor a function.</summary>
    internal static ScriptBlockAst? AstOf(ScriptBlock scriptBlock) => scriptBlock.Ast switch
    {
        ScriptBlockAst block => block,
        FunctionDefinitionAst function => function.Body,
        _ => null,
    };

    /// <summary>The same code, with its file and line numbers, bound to no session.</summary>
    internal static ScriptBlock Unbind(ScriptBlock scriptBlock) => Unbound.GetValue(scriptBlock.Ast, _ => Make(scriptBlock));

    /// <summary>The block of a body that was parsed from text, which may be a function's.</summary>
    internal static ScriptBlock FromBody(ScriptBlockAst body) => body.Parent is FunctionDefinitionAst { Parameters: not null } function
        ? WithParamBlock(function)
        : body.GetScriptBlock();

    /// <summary>The body in a source that was kept: that of a block with its braces, that of a file without.</summary>
    internal static ScriptBlockAst BodyIn(ScriptBlockAst source) =>
        source is { ParamBlock: null, EndBlock.Statements: [PipelineAst { PipelineElements: [CommandExpressionAst { Expression: ScriptBlockExpressionAst block }] }] }
            && string.Equals(block.Extent.Text, source.Extent.Text, StringComparison.Ordinal)
            ? block.ScriptBlock
            : source;

    private static ScriptBlock Make(ScriptBlock scriptBlock) => scriptBlock.Ast switch
    {
        ScriptBlockAst block => block.GetScriptBlock(),
        FunctionDefinitionAst { Parameters: null } function => function.Body.GetScriptBlock(),
        FunctionDefinitionAst function => WithParamBlock(function),
        _ => ScriptBlock.Create(scriptBlock.ToString()),
    };

    /// <summary>
    /// <c>function f($x) { }</c> keeps its parameters outside its body; a block of its own needs them in a param block.
    /// </summary>
    private static ScriptBlock WithParamBlock(FunctionDefinitionAst function)
    {
        ScriptBlockAst body = function.Body;
        var parameters = new ParamBlockAst(body.Extent, [], function.Parameters.Select(Copy));
        object?[] blocks = [Copy(body.BeginBlock), Copy(body.ProcessBlock), Copy(body.EndBlock), Copy(CleanBlock?.GetValue(body) as NamedBlockAst), Copy(body.DynamicParamBlock)];
        return NewWithCleanBlock is null
            ? new ScriptBlockAst(body.Extent, parameters, (NamedBlockAst?)blocks[0], (NamedBlockAst?)blocks[1], (NamedBlockAst?)blocks[2], (NamedBlockAst?)blocks[4]).GetScriptBlock()
            : ((ScriptBlockAst)NewWithCleanBlock.Invoke([body.Extent, Array.Empty<UsingStatementAst>(), Array.Empty<AttributeAst>(), parameters, .. blocks])).GetScriptBlock();
    }

    private static T Copy<T>(T ast)
        where T : Ast? => (T)ast?.Copy()!;
}
