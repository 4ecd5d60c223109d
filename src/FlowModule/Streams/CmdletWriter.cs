using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Remoting.Internal;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.Streams;

/// <summary>
/// Writes to the pipeline of a cmdlet, on its thread. Uses stream objects, because they keep the id and position of an error,
/// which WriteError would replace.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="givesStates">Whether final states are its output.</param>
internal sealed class CmdletWriter(PSCmdlet cmdlet, bool givesStates = true) : IRunWriter
{
    private const string InformationPreference = SpecialVariables.InformationPreference;

    private NativeText? _nativeText;

    /// <summary>Which log lines are wanted. Checked before they are created, so that silenced lines cost nothing.</summary>
    /// <exception cref="FlowException">The preference variable has an invalid value.</exception>
    internal FlowLogPreference Log => !WantsInformation ? FlowLogPreference.None
        : cmdlet.MyInvocation.BoundParameters.TryGetValue("LogLevel", out object? level) ? (FlowLogPreference)level
        : cmdlet.SessionState.PSVariable.GetValue(SpecialVariables.LogPreference) is not { } preferred ? FlowLogPreference.All
        : LanguagePrimitives.TryConvertTo(preferred, out FlowLogPreference preference) ? preference
        : throw FlowException.InvalidParameter(
            $"'{preferred}' is not a value of $FlowLogPreference. Use All, Flows, Failures or None.", "FlowLogPreferenceInvalid", preferred);

    private bool WantsInformation
    {
        get
        {
            if (cmdlet.MyInvocation.BoundParameters.TryGetValue("InformationAction", out object? action))
            {
                return action is not (ActionPreference.Ignore or ActionPreference.SilentlyContinue);
            }

            // SilentlyContinue is also the default, with which the lines are shown.
            return !IsPreference(InformationPreference, ActionPreference.Ignore)
                && (!IsPreference(InformationPreference, ActionPreference.SilentlyContinue)
                    || RunspaceContext.Current?.IsUnset(InformationPreference, cmdlet.SessionState.PSVariable.GetValue(InformationPreference)) != false);
        }
    }

    public bool WantsProgress => !IsSilent("ProgressPreference", "ProgressAction");

    public ProgressLines? ProgressLines => ProgressLines.For(cmdlet.Host) is { } lines && Log <= FlowLogPreference.Flows ? lines : null;

    public PSHost? Host => cmdlet.Host;

    public void Output(FlowState state)
    {
        if (givesStates)
        {
            cmdlet.WriteObject(state);
        }
    }

    public void Error(ErrorRecord record)
    {
        if (NativeText.Is(record) && !IsSilent("ErrorActionPreference", "ErrorAction"))
        {
            (_nativeText ??= new NativeText(cmdlet)).Write(record);
        }
        else
        {
            Write(PSStreamObjectType.Error, record);
        }
    }

    public void Progress(ProgressRecord record) => Write(PSStreamObjectType.Progress, record);

    public void Information(InformationRecord record) => Write(PSStreamObjectType.Information, record);

    public void Warning(WarningRecord record)
    {
        if (IsPreference("WarningPreference", ActionPreference.SilentlyContinue) && !IsBound("WarningAction"))
        {
            RunLog.ToHost(cmdlet.Host.UI.WriteWarningLine, record.Message);
        }
        else
        {
            Write(PSStreamObjectType.Warning, record.Message);
        }
    }

    // A body may show records that its caller did not request (Write-Verbose -Verbose). The cmdlet would discard them, so they go to the host.
    public void Verbose(VerboseRecord record)
    {
        if (IsPreference("VerbosePreference", ActionPreference.SilentlyContinue) && !IsBound("Verbose"))
        {
            RunLog.ToHost(cmdlet.Host.UI.WriteVerboseLine, record.Message);
        }
        else
        {
            Write(PSStreamObjectType.Verbose, record.Message);
        }
    }

    public void Debug(DebugRecord record)
    {
        if (IsPreference("DebugPreference", ActionPreference.SilentlyContinue) && !IsBound("Debug"))
        {
            RunLog.ToHost(cmdlet.Host.UI.WriteDebugLine, record.Message);
        }
        else
        {
            Write(PSStreamObjectType.Debug, record.Message);
        }
    }

    private void Write(PSStreamObjectType type, object value) => new PSStreamObject(type, value).WriteStreamObject(cmdlet, overrideInquire: true);

    private bool IsSilent(string preference, string parameter) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out object? action)
            ? action is ActionPreference.Ignore or ActionPreference.SilentlyContinue
            : IsPreference(preference, ActionPreference.Ignore) || IsPreference(preference, ActionPreference.SilentlyContinue);

    private bool IsBound(string parameter) => cmdlet.MyInvocation.BoundParameters.ContainsKey(parameter);

    private bool IsPreference(string name, ActionPreference value) =>
        LanguagePrimitives.TryConvertTo(cmdlet.SessionState.PSVariable.GetValue(name), out ActionPreference preference) && preference == value;
}
