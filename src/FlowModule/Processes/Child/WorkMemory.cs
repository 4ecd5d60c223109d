using FlowModule.Closures;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>The flows with closures that this process has received and may have to run again.</summary>
internal sealed class WorkMemory(ValueReader values)
{
    private readonly Dictionary<string, (byte[] Payload, SubflowWork? Work)> _known = [];

    internal void Add(string key, byte[] payload) => _known[key] = (payload, null);

    internal void Drop(string key) => _known.Remove(key);

    /// <summary>
    /// The work with a key. If it contains data that a body can change, it is created again for each run, so that no run sees the changes
    /// of another; its script blocks are the same.
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
