using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// The few non-public members of the engine that the standard commands of pwsh are built on, all in this file.
/// An engine that lacks one is no reason to fail: each has a plainer behaviour to fall back on.
/// </summary>
internal static class EngineInternals
{
    /// <summary>Gives <paramref name="error"/> the position of <paramref name="invocation"/>; left out, it has none.</summary>
    public static void SetPosition(ErrorRecord error, InvocationInfo invocation)
    {
        try
        {
            SetInvocationInfo(error, invocation);
        }
        catch (MissingMethodException)
        {
            // Then the error is shown without a position.
        }
    }

    /// <summary>
    /// Stops the commands before <paramref name="command"/> in its pipeline, which got all it wants. Returns when that is
    /// impossible: the caller then just takes no more input.
    /// </summary>
    public static void StopUpstream(PSCmdlet command)
    {
        Exception stop;
        try
        {
            stop = (Exception)NewStopUpstream(command);
        }
        catch (Exception e) when (e is MissingMethodException or TypeLoadException)
        {
            return;
        }

        throw stop;
    }


    /// <summary>Whether <see cref="SetFormatShape"/> works with this engine; without it there are no Format commands.</summary>
    public static bool CanFormat => ImplementationField is not null && ShapeType is not null && ShapeConstructor is not null;

    /// <summary>Makes <paramref name="command"/> the formatting command for one of the engine's shapes.</summary>
    public static void SetFormatShape(FrontEndCommandBase command, string shape) =>
        ImplementationField!.SetValue(command, ShapeConstructor!.Invoke([Enum.Parse(ShapeType!, shape)]));

    private static FieldInfo? ImplementationField => typeof(FrontEndCommandBase).GetField("implementation", BindingFlags.Instance | BindingFlags.NonPublic);

    private static Type? ShapeType => typeof(FrontEndCommandBase).Assembly.GetType(typeof(FrontEndCommandBase).Namespace + ".FormatShape");

    private static ConstructorInfo? ShapeConstructor => typeof(FrontEndCommandBase).Assembly
        .GetType(typeof(FrontEndCommandBase).Namespace + ".InnerFormatShapeCommand")?
        .GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [ShapeType!]);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetInvocationInfo")]
    private static extern void SetInvocationInfo(ErrorRecord error, InvocationInfo invocation);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("System.Management.Automation.StopUpstreamCommandsException, System.Management.Automation")]
    private static extern object NewStopUpstream(InternalCommand requestingCommand);
}
