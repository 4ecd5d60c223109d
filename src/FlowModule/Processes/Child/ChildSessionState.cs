using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Sessions;

namespace FlowModule.Processes.Child;

/// <summary>Makes the sessions of this process like those of its parent process, with at least the same restrictions.</summary>
internal static class ChildSessionState
{
    /// <param name="data">The parent's description of its sessions.</param>
    /// <param name="state">The initial state of sessions in this kind of program.</param>
    internal static InitialSessionState Read(BinaryReader data, InitialSessionState state)
    {
        SetCulture(data.ReadString(), data.ReadString());
        state = WorkerOrigin.InitialStateFrom(state, loadedCmdlets: []);
        state.LanguageMode = (PSLanguageMode)data.ReadInt32();
        var there = new Dictionary<(CommandTypes, string), bool>();
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            var type = (CommandTypes)data.ReadInt32();
            there[(type, data.ReadString().ToUpperInvariant())] = data.ReadBoolean();
        }

        foreach (SessionStateCommandEntry command in state.Commands.ToArray())
        {
            if (!there.TryGetValue((command.CommandType, command.Name.ToUpperInvariant()), out bool isPublic))
            {
                // Commands that this kind of session calls when it opens are kept.
                if (!state.StartupScripts.Contains(command.Name))
                {
                    state.Commands.Remove(command.Name, command.GetType());
                }
            }
            else if (!isPublic)
            {
                command.Visibility = SessionStateEntryVisibility.Private;
            }
        }

        return state;
    }

    private static void SetCulture(string culture, string uiCulture)
    {
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(culture);
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo(uiCulture);
    }
}
