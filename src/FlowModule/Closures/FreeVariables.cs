using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// Finds the variables that a script may read before it sets them, block by block in source order. If it is not certain that a variable
/// is set first, it counts as read: an unnecessary variable costs little, a missing one is an error.
/// </summary>
internal sealed class FreeVariables : AstVisitor2
{
    private readonly ScriptBlockAst _block;
    private readonly bool _isRoot;
    private readonly HashSet<string> _free = new(StringComparer.OrdinalIgnoreCase);
    private HashSet<string> _set = new(StringComparer.OrdinalIgnoreCase);

    private FreeVariables(ScriptBlockAst block, bool isRoot)
    {
        _block = block;
        _isRoot = isRoot;
    }

    internal static HashSet<string> Of(ScriptBlockAst root) => Of(root, isRoot: true);

    private static HashSet<string> Of(ScriptBlockAst block, bool isRoot)
    {
        var finder = new FreeVariables(block, isRoot);

        // Parameters in a function's head belong to the function and are set one after another; their defaults may read any variable.
        foreach (ParameterAst parameter in (block.Parent as FunctionDefinitionAst)?.Parameters ?? Enumerable.Empty<ParameterAst>())
        {
            parameter.DefaultValue?.Visit(finder);
            finder._set.Add(NameOf(parameter.Name.VariablePath));
        }

        block.Visit(finder);
        return finder._free;
    }

    internal static string NameOf(VariablePath path) => path.UserPath[(path.UserPath.LastIndexOf(':') + 1)..];

    /// <summary>A nested function or script block: variables that it does not set itself are read at its position.</summary>
    public override AstVisitAction VisitScriptBlock(ScriptBlockAst scriptBlockAst)
    {
        if (scriptBlockAst == _block)
        {
            return AstVisitAction.Continue;
        }

        HashSet<string> inner = Of(scriptBlockAst, isRoot: false);
        inner.ExceptWith(_set);
        _free.UnionWith(inner);
        return AstVisitAction.SkipChildren;
    }

    /// <summary>
    /// A $using: value of the script itself is passed separately. A $using: in a nested block may be for a subflow that the script
    /// starts: its variable is read where that subflow is started.
    /// </summary>
    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst) =>
        _isRoot ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    /// <summary>Parameters in a function's head are visited with its body.</summary>
    public override AstVisitAction VisitParameter(ParameterAst parameterAst) =>
        parameterAst.Parent is FunctionDefinitionAst ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    /// <summary>An assignment first reads its value, and then sets its targets.</summary>
    public override AstVisitAction VisitAssignmentStatement(AssignmentStatementAst assignmentStatementAst)
    {
        assignmentStatementAst.Right.Visit(this);
        if (assignmentStatementAst.Operator == TokenKind.Equals && IsCertain(assignmentStatementAst))
        {
            SetTargets(assignmentStatementAst.Left);
        }
        else
        {
            assignmentStatementAst.Left.Visit(this);
        }

        return AstVisitAction.SkipChildren;
    }

    /// <summary>Variables set by the statements of an if, a loop or a try are set in the rest of that block, but perhaps not after it.</summary>
    public override AstVisitAction VisitStatementBlock(StatementBlockAst statementBlockAst)
    {
        HashSet<string> outer = Branch();
        foreach (StatementAst statement in statementBlockAst.Statements)
        {
            statement.Visit(this);
        }

        foreach (TrapStatementAst trap in statementBlockAst.Traps ?? Enumerable.Empty<TrapStatementAst>())
        {
            trap.Visit(this);
        }

        _set = outer;
        return AstVisitAction.SkipChildren;
    }

    /// <summary>
    /// A match that succeeds sets $matches, and later reads mean that value. Capturing the caller's last match would be useless,
    /// and would make every run look different.
    /// </summary>
    public override AstVisitAction VisitBinaryExpression(BinaryExpressionAst binaryExpressionAst)
    {
        if (binaryExpressionAst.Operator is TokenKind.Imatch or TokenKind.Cmatch or TokenKind.Inotmatch or TokenKind.Cnotmatch)
        {
            _set.Add(SpecialVariables.Matches);
        }

        return AstVisitAction.Continue;
    }

    /// <summary>A switch with patterns also sets $matches.</summary>
    public override AstVisitAction VisitSwitchStatement(SwitchStatementAst switchStatementAst)
    {
        if (switchStatementAst.Flags.HasFlag(SwitchFlags.Regex))
        {
            _set.Add(SpecialVariables.Matches);
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitForEachStatement(ForEachStatementAst forEachStatementAst)
    {
        forEachStatementAst.Condition.Visit(this);
        forEachStatementAst.ThrottleLimit?.Visit(this);
        HashSet<string> outer = Branch();
        SetTargets(forEachStatementAst.Variable);
        forEachStatementAst.Body.Visit(this);
        Join(outer, forEachStatementAst);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitForStatement(ForStatementAst forStatementAst)
    {
        HashSet<string> outer = Branch();
        forStatementAst.Initializer?.Visit(this);
        forStatementAst.Condition?.Visit(this);
        forStatementAst.Body.Visit(this);
        forStatementAst.Iterator?.Visit(this);
        Join(outer, forStatementAst);
        return AstVisitAction.SkipChildren;
    }

    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        string name = NameOf(variableExpressionAst.VariablePath);
        if (IsQualified(variableExpressionAst.VariablePath) || SpecialVariables.IsSpecial(name))
        {
            return AstVisitAction.Continue;
        }

        if (variableExpressionAst.Parent is ParameterAst parameter && parameter.Name == variableExpressionAst)
        {
            _set.Add(name);
        }
        else if (!_set.Contains(name))
        {
            _free.Add(name);
        }

        return AstVisitAction.Continue;
    }

    private void SetTargets(ExpressionAst target)
    {
        switch (target)
        {
            case VariableExpressionAst variable:
                if (!IsQualified(variable.VariablePath))
                {
                    _set.Add(NameOf(variable.VariablePath));
                }

                break;
            case AttributedExpressionAst { Child: ExpressionAst child }:
                SetTargets(child);
                break;
            case ArrayLiteralAst list:
                foreach (ExpressionAst element in list.Elements)
                {
                    SetTargets(element);
                }

                break;
            case ParenExpressionAst { Pipeline: PipelineAst { PipelineElements: [CommandExpressionAst inner] } }:
                SetTargets(inner.Expression);
                break;
            default:
                target.Visit(this);
                break;
        }
    }

    private HashSet<string> Branch()
    {
        HashSet<string> outer = _set;
        _set = new HashSet<string>(outer, outer.Comparer);
        return outer;
    }

    /// <summary>After a loop that certainly runs, its variable is set, even if to nothing.</summary>
    private void Join(HashSet<string> outer, StatementAst loop)
    {
        if (!IsCertain(loop))
        {
            _set = outer;
        }
    }

    /// <summary>Whether the statement has certainly run when the following statements of its block run.</summary>
    private bool IsCertain(StatementAst statement) => statement.Parent switch
    {
        NamedBlockAst block => block.Parent == _block && block.Traps is null or { Count: 0 },
        StatementBlockAst block => block.Traps is null or { Count: 0 },
        AssignmentStatementAst outer => IsCertain(outer),
        ForStatementAst loop => loop.Initializer == statement,
        _ => false,
    };

    /// <summary>Whether the name contains a scope or drive. <c>$local:x</c> does not count, because the caller's value can replace it.</summary>
    private static bool IsQualified(VariablePath path) => path.IsDriveQualified || path.IsScript || path.IsGlobal;
}
