using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>Classes and enums that the session's scripts define: a separate process does not have them.</summary>
internal static class SessionClasses
{
    /// <exception cref="FlowException">The closure names such a class.</exception>
    internal static void Refuse(Flow flow, Closure closure)
    {
        foreach (ScriptBlock script in closure.Functions.Values.Prepend(flow.ScriptBlock))
        {
            if (ScriptBlocks.AstOf(script) is { } ast && Find(ast) is { } name)
            {
                throw new FlowException(
                    $"Flow '{flow.Name}' cannot run in a separate process: '{name}' is a class or an enum of this session, which other processes do not have. "
                    + "Use -Isolation NewRunspace instead.",
                    "FlowClassNotInProcess", ErrorCategory.InvalidArgument, name) { IsAboutTheFlow = true };
            }
        }
    }

    // PowerShell compiles classes into in-memory assemblies.
    private static string? Find(ScriptBlockAst script) =>
        script.FindAll(static ast => TypeOf(ast)?.GetReflectionType() is { Assembly.IsDynamic: true }, searchNestedScriptBlocks: true).Select(static ast => TypeOf(ast)!.FullName)
            .FirstOrDefault();

    private static ITypeName? TypeOf(Ast ast) => ast switch
    {
        TypeExpressionAst expression => expression.TypeName,
        AttributeBaseAst attribute => attribute.TypeName,
        _ => null,
    };
}
