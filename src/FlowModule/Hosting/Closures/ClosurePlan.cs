using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using System.Text;

namespace FlowModule.Hosting;

/// <summary>
/// What a piece of script takes from its surroundings, read off its syntax tree once: the variables it reads and does not
/// set itself, the commands it calls, its <c>$using:</c> expressions. Names only; values are looked up for each call.
/// </summary>
internal sealed class ClosurePlan
{
    private static readonly ConditionalWeakTable<ScriptBlockAst, ClosurePlan> Plans = [];

    private ClosurePlan(ScriptBlockAst root)
    {
        var functions = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (FunctionDefinitionAst function in root.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: true).Cast<FunctionDefinitionAst>())
        {
            functions.Add(function.Name);
        }

        foreach (Ast ast in root.FindAll(ast => ast is VariableExpressionAst or CommandAst or UsingExpressionAst or StringConstantExpressionAst, searchNestedScriptBlocks: true))
        {
            switch (ast)
            {
                case UsingExpressionAst usingExpression:
                    Usings.Add(new UsingValue(usingExpression, root));
                    break;
                case VariableExpressionAst variable when variable.Parent is not UsingExpressionAst:
                    AddVariable(variable, root);
                    break;
                case CommandAst command when command.GetCommandName() is { Length: > 0 } name && !functions.Contains(name):
                    Commands.Add(name);
                    break;
                case StringConstantExpressionAst text:
                    Words.Add(text.Value);
                    break;
            }
        }

        _assigned.ExceptWith(_read);
        Variables.ExceptWith(_assigned);
        LeavesNoTrace = TraceAnalysis.LeavesNoTrace(root);
    }

    private readonly HashSet<string> _assigned = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _read = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables that the script may read before it sets them.</summary>
    internal HashSet<string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Variables that it names with <c>$script:</c> or <c>$global:</c>; with that qualifier.</summary>
    internal HashSet<string> SessionVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Commands that it calls by name and does not define itself.</summary>
    internal HashSet<string> Commands { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its string constants: one may be the name of a flow that it starts.</summary>
    internal HashSet<string> Words { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its <c>$using:</c> expressions.</summary>
    internal List<UsingValue> Usings { get; } = [];

    /// <summary>Whether its own statements can leave nothing behind in the session. Says nothing of the commands that it calls.</summary>
    internal bool LeavesNoTrace { get; }

    internal static ClosurePlan For(ScriptBlockAst root) => Plans.GetValue(root, static ast => new ClosurePlan(ast));

    private void AddVariable(VariableExpressionAst variable, ScriptBlockAst root)
    {
        VariablePath path = variable.VariablePath;
        if (path.IsDriveQualified)
        {
            if (string.Equals(path.DriveName, "function", StringComparison.OrdinalIgnoreCase))
            {
                Commands.Add(path.UserPath[(path.UserPath.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            }

            return;
        }

        string name = path.UserPath[(path.UserPath.LastIndexOf(':') + 1)..];
        if (SpecialVariables.IsSpecial(name))
        {
            return;
        }

        if (path.IsScript || path.IsGlobal)
        {
            SessionVariables.Add(path.UserPath);
            return;
        }

        if (!Variables.Add(name))
        {
            return;
        }

        // Only the first mention, in source order, tells whether the caller's value can be seen.
        if (IsParameter(variable, root) || IsSetForSure(variable, root))
        {
            _assigned.Add(name);
        }
        else
        {
            _read.Add(name);
        }
    }

    private static bool IsParameter(VariableExpressionAst variable, ScriptBlockAst root) =>
        variable.Parent is ParameterAst parameter && parameter.Name == variable && parameter.Parent == root.ParamBlock;

    /// <summary>Whether this is the target of a plain assignment, or of a foreach, that runs whenever the script does.</summary>
    private static bool IsSetForSure(VariableExpressionAst variable, ScriptBlockAst root)
    {
        Ast target = variable.Parent is ConvertExpressionAst convert ? convert : variable;
        Ast? value = target.Parent switch
        {
            AssignmentStatementAst { Operator: TokenKind.Equals } assignment when assignment.Left == target => assignment.Right,
            ForEachStatementAst loop when loop.Variable == target => loop.Condition,
            _ => null,
        };
        if (value is null || target.Parent.Parent is not NamedBlockAst block || block.Parent != root)
        {
            return false;
        }

        string name = variable.VariablePath.UserPath;
        return value.Find(
            ast => ast is VariableExpressionAst other && string.Equals(other.VariablePath.UserPath, name, StringComparison.OrdinalIgnoreCase),
            searchNestedScriptBlocks: true) is null;
    }
}

/// <summary>A <c>$using:</c> expression of a script.</summary>
internal sealed class UsingValue
{
    internal UsingValue(UsingExpressionAst ast, ScriptBlockAst root)
    {
        Expression = ast.SubExpression.ToString();
        Ast = ast;
        IsNested = EnclosingBlock(ast) != root;

        // The engine finds a using value under the base64 of its text (UTF-16), in lower case for a plain variable.
        string text = ast.ToString();
        Key = Convert.ToBase64String(Encoding.Unicode.GetBytes(ast.SubExpression is VariableExpressionAst ? text.ToLowerInvariant() : text));
    }

    internal UsingExpressionAst Ast { get; }

    internal string Key { get; }

    /// <summary>What follows <c>$using:</c>, as an expression of the caller's.</summary>
    internal string Expression { get; }

    /// <summary>Whether it stands in a script block inside the script: then its value may come to be only when that runs.</summary>
    internal bool IsNested { get; }

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
