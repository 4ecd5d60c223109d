using System.Management.Automation;
using System.Net;
using System.Security;
using FlowModule.Secrets;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>What is not kept as it is: secrets, and the runs and states that a value holds. Something stands for it.</summary>
/// <param name="text">The text.</param>
/// <param name="objects">The objects that it holds.</param>
internal sealed class XmlStandIns(KeptText text, XmlObjects objects)
{
    /// <summary>Writes what stands for a value that is not to be kept; false for any other.</summary>
    internal bool TryWrite(object bare, string? name) => TryWriteSecret(bare, name) || TryWriteRun(bare, name);

    /// <summary>Writes what stands for a secret: what it is, and whose.</summary>
    private bool TryWriteSecret(object bare, string? name)
    {
        string? user = null;
        switch (bare)
        {
            case SecureString:
                break;
            case PSCredential credential:
                user = credential.UserName;
                break;
            case NetworkCredential credential:
                user = credential.UserName;
                break;
            case HistorySecret:
                break;
            default:
                return false;
        }

        objects.Open(name);
        objects.Types(HistorySecret.TypeName);
        text.Append("<ToString>***</ToString><MS>");
        text.Element("S", "Type", (bare as HistorySecret)?.Kind ?? bare.GetType().Name, isSafe: false);
        if (user is not null)
        {
            text.Element("S", nameof(PSCredential.UserName), user, isSafe: false);
        }

        if (bare is HistorySecret { Note: { } note })
        {
            text.Element("S", nameof(HistorySecret.Note), note, isSafe: false);
        }

        text.Append("</MS></Obj>");
        return true;
    }

    /// <summary>Writes what tells a run or a state apart from others.</summary>
    private bool TryWriteRun(object bare, string? name)
    {
        FlowState? state = bare as FlowState ?? (bare as FlowRun)?.State;
        if (state is null)
        {
            return false;
        }

        objects.Open(name);
        objects.Types(HistoryStates.TypeNames);
        text.Append("<MS>");
        text.Element("G", "RunId", state.Run.Id.ToString());
        text.Element("S", "RunName", KnownSecrets.Mask(state.Run.Name), isSafe: false);
        text.Element("S", "FlowName", state.Run.FlowName, isSafe: false);
        text.Element("S", "State", state.Name, isSafe: false);
        XmlScalars.TryWrite(text, state.Message is { } message ? KnownSecrets.Mask(message) : null, "Message");
        text.Append("</MS></Obj>");
        return true;
    }
}
