using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Bodies;

/// <summary>
/// A body of the global session that a module's function runs cannot see the module's scopes, from which it is called. While
/// it runs, its run and its input are in the global scope.
/// </summary>
internal sealed class GlobalVariables : IDisposable
{
    private readonly List<(string Name, object? Value)> _before = [];
    private readonly PSVariableIntrinsics _variables;

    internal GlobalVariables(SessionState session, FlowRun run)
    {
        _variables = session.PSVariable;
        Set("global:" + SpecialVariables.FlowRun, run);
        if (run.HasInput)
        {
            Set("global:_", run.InputObject);
        }
    }

    public void Dispose()
    {
        foreach ((string name, object? value) in _before)
        {
            _variables.Set(name, value);
        }
    }

    private void Set(string name, object? value)
    {
        _before.Add((name, _variables.GetValue(name)));
        _variables.Set(name, value);
    }
}
