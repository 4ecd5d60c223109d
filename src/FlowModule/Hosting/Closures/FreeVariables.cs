using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Hosting;

/// <summary>
/// Finds the variables that a script may read before it sets them, block by block in source order. What cannot be known to be
/// set first counts as read: to take a variable along for nothing costs little, to miss one is an error.
/// </summary>
internal sealed class FreeVariables : AstVisitor2
{
    private readonly ScriptBlockAst _block;
    private readonly HashSet<string> _set = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _free = new(StringComparer.OrdinalIgnoreCase);

    private FreeVariables(ScriptBlockAst block) => _block = block;

    internal static HashSet<string> Of(ScriptBlockAst block)
    {
        var finder = new FreeVariables(block);
        block.Visit(finder);
        return finder._free;
    }

    internal static string NameOf(VariablePath path) => path.UserPath[(path.UserPath.LastIndexOf(':') + 1)..];

    /// <summary>A function or script block inside: what it does not set itself, it reads where it stands.</summary>
    public override AstVisitAction VisitScriptBlock(ScriptBlockAst scriptBlockAst)
    {
        if (scriptBlockAst == _block)
        {
            return AstVisitAction.Continue;
        }

        HashSet<string> inner = Of(scriptBlockAst);
        if (scriptBlockAst.Parent is FunctionDefinitionAst { Parameters: { } parameters })
        {
            inner.ExceptWith(parameters.Select(parameter => NameOf(parameter.Name.VariablePath)));
        }

        inner.ExceptWith(_set);
        _free.UnionWith(inner);
        return AstVisitAction.SkipChildren;
    }

    /// <summary>Parameters in a function's head are the function's; their defaults may read anything.</summary>
    public override AstVisitAction VisitParameter(ParameterAst parameterAst)
    {
        if (parameterAst.Parent is not FunctionDefinitionAst)
        {
            return AstVisitAction.Continue;
        }

        parameterAst.DefaultValue?.Visit(this);
        return AstVisitAction.SkipChildren;
    }

    /// <summary>An assignment first computes its value, and then sets its targets.</summary>
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

    public override AstVisitAction VisitForEachStatement(ForEachStatementAst forEachStatementAst)
    {
        forEachStatementAst.Condition.Visit(this);
        forEachStatementAst.ThrottleLimit?.Visit(this);

        // In the body the variable is set whether or not the loop itself is certain; after a certain one it is set too, if to nothing.
        string name = NameOf(forEachStatementAst.Variable.VariablePath);
        bool isNew = !IsQualified(forEachStatementAst.Variable.VariablePath) && !_free.Contains(name) && _set.Add(name);
        forEachStatementAst.Body.Visit(this);
        if (isNew && !IsCertain(forEachStatementAst))
        {
            _set.Remove(name);
        }

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

    /// <summary>Whether the statement runs whenever its block does, before all that follows it.</summary>
    private bool IsCertain(StatementAst statement) =>
        statement.Parent is NamedBlockAst block && block.Parent == _block && block.Traps is null or { Count: 0 };

    /// <summary>Whether the name says where the variable is to be found. <c>$local:x</c>, which a caller's value can stand in for, says nothing.</summary>
    private static bool IsQualified(VariablePath path) => path.IsDriveQualified || path.IsScript || path.IsGlobal;
}
