using System.Management.Automation;

namespace FlowModule.Streams;

/// <summary>
/// Keeps transcripts from taking down text of a body twice in the session's own runspace. The engine does so when the cmdlet writes the text, and again when
/// the command of the body has written it, though into a pipeline: unless it is no text for people at that moment.
/// </summary>
internal sealed class TranscriptText : IDisposable
{
    private InformationRecord? _text;

    /// <summary>The cmdlet has written a record; the command of the body goes on now.</summary>
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
