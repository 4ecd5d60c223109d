using System.Management.Automation;

namespace FlowModule.Streams;

/// <summary>
/// Prevents transcripts from recording the text of a body twice in the session's own runspace. PowerShell records it when the cmdlet writes the text, and again after
/// the body's command has written it, even into a pipeline, unless transcribing is suspended at that moment.
/// </summary>
internal sealed class TranscriptText : IDisposable
{
    private InformationRecord? _text;

    /// <summary>The cmdlet has written a record; the command of the body continues now.</summary>
    internal void Written(object record)
    {
        Dispose();
        if (record is InformationRecord text && text.Tags.Remove(StreamRecords.HostTag))
        {
            _text = text;
        }
    }

    public void Dispose()
    {
        _text?.Tags.Add(StreamRecords.HostTag);
        _text = null;
    }
}
