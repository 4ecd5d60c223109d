using System.Management.Automation;
using System.Reflection;

namespace FlowModule.Sessions;

/// <summary>The breakpoints of a session. The methods are public since PowerShell 7.0, but missing in the reference assembly.</summary>
internal static class SessionBreakpoints
{
    private static readonly Func<Debugger, IReadOnlyList<Breakpoint>>? GetBreakpoints =
        typeof(Debugger).GetMethod("GetBreakpoints", Type.EmptyTypes)?.CreateDelegate<Func<Debugger, IReadOnlyList<Breakpoint>>>();

    private static readonly MethodInfo? RemoveBreakpoint = typeof(Debugger).GetMethod("RemoveBreakpoint", [typeof(Breakpoint)]);
    private static readonly MethodInfo? SetLine = typeof(Debugger).GetMethod("SetLineBreakpoint", [typeof(string), typeof(int), typeof(int), typeof(ScriptBlock)]);
    private static readonly MethodInfo? SetCommand = typeof(Debugger).GetMethod("SetCommandBreakpoint", [typeof(string), typeof(ScriptBlock), typeof(string)]);
    private static readonly MethodInfo? SetVariable = typeof(Debugger).GetMethod("SetVariableBreakpoint", [typeof(string), typeof(VariableAccessMode), typeof(ScriptBlock), typeof(string)]);

    /// <summary>The breakpoints that are enabled; null if there are none.</summary>
    internal static IReadOnlyList<Breakpoint>? Of(Debugger debugger) =>
        GetBreakpoints?.Invoke(debugger) is { Count: > 0 } all && all.Where(static breakpoint => breakpoint.Enabled).ToArray() is { Length: > 0 } enabled ? enabled : null;

    /// <summary>Removes all breakpoints.</summary>
    internal static void Clear(Debugger debugger)
    {
        foreach (Breakpoint breakpoint in GetBreakpoints?.Invoke(debugger) ?? [])
        {
            RemoveBreakpoint?.Invoke(debugger, [breakpoint]);
        }
    }

    /// <summary>Sets copies of the breakpoints of another session, in place of all that there are: a breakpoint is bound to the scripts of one session.</summary>
    internal static void Replace(Debugger debugger, IEnumerable<Breakpoint> breakpoints)
    {
        Clear(debugger);
        foreach (Breakpoint breakpoint in breakpoints)
        {
            ScriptBlock? action = breakpoint.Action is null ? null : ScriptBlock.Create(breakpoint.Action.ToString());
            _ = breakpoint switch
            {
                LineBreakpoint line => SetLine?.Invoke(debugger, [line.Script, line.Line, line.Column, action]),
                CommandBreakpoint command => SetCommand?.Invoke(debugger, [command.Command, action, command.Script]),
                VariableBreakpoint variable => SetVariable?.Invoke(debugger, [variable.Variable, variable.AccessMode, action, variable.Script]),
                _ => null,
            };
        }
    }
}
