using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Closures;

/// <summary>
/// The variables that a script only adds to or writes into: <c>$log.Add($line)</c>, <c>$sizes[$name] = 1</c>. Their current
/// content makes no difference to the script.
/// </summary>
internal sealed class AddedVariables
{
    private static readonly HashSet<string> Adders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add", "AddRange", "AddFirst", "AddLast", "Append", "AppendLine", "Enqueue", "Push", "PushRange", "TryAdd", "Write", "WriteLine",
    };

    private static readonly ConcurrentDictionary<(Type, string), bool> GiveNothing = [];

    // For each name, the methods whose result would be output; null for a variable that is read.
    private readonly Dictionary<string, HashSet<string>?> _methods = new(StringComparer.OrdinalIgnoreCase);

    internal AddedVariables(IEnumerable<VariableExpressionAst> variables)
    {
        foreach (VariableExpressionAst variable in variables)
        {
            Look(variable);
        }
    }

    /// <summary>Whether the script only adds to the variable, given its current value.</summary>
    internal bool IsOnlyAddedTo(string name, object? value) =>
        _methods.TryGetValue(name, out HashSet<string>? methods) && methods is not null && value is not null
        && methods.All(method => GivesNothing((value is PSObject wrapped ? wrapped.BaseObject : value).GetType(), method));

    private void Look(VariableExpressionAst variable)
    {
        string name = FreeVariables.NameOf(variable.VariablePath);
        bool isKnown = _methods.TryGetValue(name, out HashSet<string>? methods);
        if (isKnown && methods is null)
        {
            return;
        }

        (bool isAdded, string? method) = How(variable);
        if (!isAdded)
        {
            _methods[name] = null;
            return;
        }

        _methods[name] = methods ??= new(StringComparer.OrdinalIgnoreCase);
        if (method is not null)
        {
            methods.Add(method);
        }
    }

    /// <summary>Whether this use adds to the variable; and with which method, if the method's result is not discarded.</summary>
    private static (bool IsAdded, string? Method) How(VariableExpressionAst variable) => variable.Parent switch
    {
        InvokeMemberExpressionAst { Static: false, Member: StringConstantExpressionAst { Value: var method } } call when call.Expression == variable && Adders.Contains(method) =>
            IsThrownAway(call) ? (true, null) : (IsStatement(call), method),
        IndexExpressionAst index => (index.Target == variable && IsAssigned(index), null),
        MemberExpressionAst member and not InvokeMemberExpressionAst => (member.Expression == variable && IsAssigned(member), null),
        _ => (false, null),
    };

    private static bool IsAssigned(Ast target) => target.Parent is AssignmentStatementAst { Operator: TokenKind.Equals } assignment && assignment.Left == target;

    private static bool IsThrownAway(InvokeMemberExpressionAst call) => call.Parent switch
    {
        ConvertExpressionAst cast => cast.Type.TypeName.GetReflectionType() == typeof(void),
        CommandExpressionAst { Parent: AssignmentStatementAst assignment } => assignment.Left is VariableExpressionAst { VariablePath.UserPath: "null" },
        CommandExpressionAst { Parent: PipelineAst { PipelineElements.Count: 1, Parent: AssignmentStatementAst assignment } } =>
            assignment.Left is VariableExpressionAst { VariablePath.UserPath: "null" },
        _ => false,
    };

    private static bool IsStatement(InvokeMemberExpressionAst call) =>
        call.Parent is CommandExpressionAst { Parent: PipelineAst { PipelineElements.Count: 1, Parent: NamedBlockAst or StatementBlockAst } };

    private static bool GivesNothing(Type type, string method) => GiveNothing.GetOrAdd(
        (type, method),
        static key => key.Item1.GetMember(key.Item2, System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.IgnoreCase)
            is { Length: > 0 } members && Array.TrueForAll(members, static member => member is System.Reflection.MethodInfo { ReturnType: var type } && type == typeof(void)));
}
