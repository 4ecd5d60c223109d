using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using System.Text;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// What a script uses from its surroundings, found once in its syntax tree: the variables it reads and does not
/// set itself, the commands it calls, its <c>$using:</c> expressions. Names only; values are read for each call.
/// </summary>
internal sealed class ClosurePlan
{
    private static readonly ConditionalWeakTable<ScriptBlockAst, ClosurePlan> Plans = [];

    private ClosurePlan(ScriptBlockAst root)
    {
        var functions = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (FunctionDefinitionAst function in root.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: true).Cast<FunctionDefinitionAst>())
        {
            functions.TryAdd(function.Name, function.Extent.StartOffset);
        }

        foreach (Ast ast in root.FindAll(ast => ast is VariableExpressionAst or CommandAst or UsingExpressionAst or StringConstantExpressionAst, searchNestedScriptBlocks: true))
        {
            switch (ast)
            {
                case UsingExpressionAst usingExpression:
                    Usings.Add(new UsingValue(usingExpression, root));
                    break;
                case VariableExpressionAst variable:
                    AddQualified(variable);
                    break;
                case CommandAst command when command.GetCommandName() is { Length: > 0 } name:
                    // A function of the script itself is only known after its definition.
                    if (!functions.TryGetValue(name, out int definition) || command.Extent.StartOffset < definition)
                    {
                        Commands.Add(name);
                    }

                    break;
                case StringConstantExpressionAst text:
                    Words.Add(text.Value);
                    break;
            }
        }

        Variables = FreeVariables.Of(root);
        Added = new AddedVariables(root.FindAll(ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>());
        SpendsSession = TraceAnalysis.SpendsSession(root);
        LeavesNoTrace = !SpendsSession && TraceAnalysis.LeavesNoTrace(root);
        ReadsItem = root.Find(ast => ast is VariableExpressionAst { VariablePath.UserPath: "_" or "PSItem" }, searchNestedScriptBlocks: true) is not null;
    }

    /// <summary>Variables that the script may read before it sets them.</summary>
    internal HashSet<string> Variables { get; }

    /// <summary>The variables that it only adds to.</summary>
    internal AddedVariables Added { get; }

    /// <summary>Variables that it names with <c>$script:</c> or <c>$global:</c>, including the qualifier.</summary>
    internal HashSet<string> SessionVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Commands that it calls by name and does not define itself.</summary>
    internal HashSet<string> Commands { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its string constants: each may be the name of a flow that it starts.</summary>
    internal HashSet<string> Words { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its <c>$using:</c> expressions.</summary>
    internal List<UsingValue> Usings { get; } = [];

    /// <summary>Whether its own statements cannot leave anything behind in the session. Says nothing about the commands that it calls.</summary>
    internal bool LeavesNoTrace { get; }

    /// <summary>Whether it changes something that cannot be observed, and so cannot be reset.</summary>
    internal bool SpendsSession { get; }

    /// <summary>Whether it mentions <c>$_</c>, which is the caller's if the body has no input.</summary>
    internal bool ReadsItem { get; }

    /// <summary>Whether it uses nothing from its surroundings.</summary>
    internal bool TakesNothing => !ReadsItem && Variables.Count + SessionVariables.Count + Usings.Count + Commands.Count == 0;

    internal static ClosurePlan For(ScriptBlockAst root) => Plans.GetValue(root, static ast => new ClosurePlan(ast));

    private void AddQualified(VariableExpressionAst variable)
    {
        VariablePath path = variable.VariablePath;
        if (path.IsDriveQualified && string.Equals(path.DriveName, "function", StringComparison.OrdinalIgnoreCase))
        {
            Commands.Add(path.UserPath[(path.UserPath.LastIndexOf(':') + 1)..]);
        }
        else if ((path.IsScript || path.IsGlobal) && !SpecialVariables.IsSpecial(FreeVariables.NameOf(path)))
        {
            SessionVariables.Add(path.UserPath);
        }
    }
}

/// <summary>A <c>$using:</c> expression of a script.</summary>
internal sealed class UsingValue
{
    private const string UsingPrefix = "using:";

    internal UsingValue(UsingExpressionAst ast, ScriptBlockAst root)
    {
        Expression = ToCallers(ast.SubExpression);
        Ast = ast;
        IsNested = EnclosingBlock(ast) != root;

        // PowerShell stores a using value under the base64 of its text (UTF-16), in lower case for a plain variable.
        string text = ast.ToString();
        Key = Convert.ToBase64String(Encoding.Unicode.GetBytes(ast.SubExpression is VariableExpressionAst ? text.ToLowerInvariant() : text));
    }

    internal UsingExpressionAst Ast { get; }

    internal string Key { get; }

    /// <summary>The variables that it names.</summary>
    internal IEnumerable<VariablePath> Variables =>
        Ast.SubExpression.FindAll(ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>().Select(variable => variable.VariablePath);

    /// <summary>The expression in the caller: <c>$table.Key</c> for <c>$using:table.Key</c>.</summary>
    internal string Expression { get; }

    /// <summary>Whether it is in a script block inside the script. Then its variable may only exist when that block runs.</summary>
    internal bool IsNested { get; }

    /// <summary>The text of the expression without its <c>using:</c>.</summary>
    private static string ToCallers(ExpressionAst expression)
    {
        string text = expression.Extent.Text;
        foreach (Ast variable in expression.FindAll(ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Reverse())
        {
            int start = variable.Extent.StartOffset - expression.Extent.StartOffset;
            int prefix = text.IndexOf(UsingPrefix, start, variable.Extent.Text.Length, StringComparison.OrdinalIgnoreCase);
            if (prefix >= 0 && prefix - start <= "${".Length)
            {
                text = text.Remove(prefix, UsingPrefix.Length);
            }
        }

        return text;
    }

    private static ScriptBlockAst? EnclosingBlock(Ast ast)
    {
        Ast? parent = ast.Parent;
        while (parent is not null and not ScriptBlockAst)
        {
            parent = parent.Parent;
        }

        return (ScriptBlockAst?)parent;
    }
}
