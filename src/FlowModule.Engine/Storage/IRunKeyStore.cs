using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>The users' keys: each flow has one run per key. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRunKeyStore
{
    /// <summary>
    /// Returns the flow's run with a key. If there is none, or it was removed, stores the given run with the key and returns it, in one
    /// step.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="first">The first state of the calling run.</param>
    Guid Claim(string key, RunChange first);

    /// <summary>Returns the flow's run with a key; null if there is none, or it was removed.</summary>
    Guid? Find(string flow, string key);
}
