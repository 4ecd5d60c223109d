using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace FlowModule.Values;

/// <summary>Detaches script blocks from their session, so that they can run in another one.</summary>
internal static class ScriptBlocks
{
    // One unbound block for each piece of source, because a new one would be compiled again.
    private static readonly ConditionalWeakTable<Ast, ScriptBlock> Unbound = [];

    // Public since PowerShell 7.3, which introduced clean blocks, but missing in the reference assembly.
    private static readonly PropertyInfo? CleanBlock = typeof(ScriptBlockAst).GetProperty("CleanBlock");

    private static readonly ConstructorInfo? NewWithCleanBlock = typeof(ScriptBlockAst).GetConstructor(
    [
        typeof(IScriptExtent), typeof(IEnumerable<UsingStatementAst>), typeof(IEnumerable<AttributeAst>), typeof(ParamBlockAst),
        typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst), typeof(NamedBlockAst),
    ]);

    /// <summary>The body of a script block, or null if its source is neither a block nor a function.</summary>
    internal static ScriptBlockAst? AstOf(ScriptBlock scriptBlock) => scriptBlock.Ast switch
    {
        ScriptBlockAst block => block,
        FunctionDefinitionAst function => function.Body,
        _ => null,
    };

    /// <summary>The same code, with its file and line numbers, but without a session.</summary>
    internal static ScriptBlock Unbind(ScriptBlock scriptBlock) => Unbound.GetValue(scriptBlock.Ast, _ => Make(scriptBlock));

    /// <summary>A block for a parsed body, which may be the body of a function.</summary>
    internal static ScriptBlock FromBody(ScriptBlockAst body) => body.Parent is FunctionDefinitionAst { Parameters: not null } function
        ? WithParamBlock(function)
        : body.GetScriptBlock();

    /// <summary>The body in a stored source: of a block with its braces, of a file without.</summary>
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
    /// <c>function f($x) { }</c> has its parameters outside its body; a separate block needs them in a param block.
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
