using FlowModule.Closures;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>The flows with their closures that this process was given and may be asked to run again.</summary>
internal sealed class WorkMemory(ValueReader values)
{
    private readonly Dictionary<string, (byte[] Payload, SubflowWork? Work)> _known = [];

    internal void Add(string key, byte[] payload) => _known[key] = (payload, null);

    internal void Drop(string key) => _known.Remove(key);

    /// <summary>
    /// The work of a key. One with data in it that a body can change is made anew for each run, so that none sees what
    /// another has made of it; the script blocks in it are the same.
    /// </summary>
    internal SubflowWork Get(string key)
    {
        (byte[] payload, SubflowWork? work) = _known[key];
        if (work is null)
        {
            using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
            work = WorkCodec.Read(data, values);
            if (!values.HasMutable)
            {
                _known[key] = (payload, work);
            }
        }

        return work;
    }
}
