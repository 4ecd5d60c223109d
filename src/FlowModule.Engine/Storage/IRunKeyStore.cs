using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Keys of the user's, of which each flow has one run only. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRunKeyStore
{
    /// <summary>
    /// Returns the run of the flow that has a key. If none has it, or the one that had it was removed, the run that asks gets it and is kept, in
    /// one step.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="first">The first state of the run that asks.</param>
    Guid Claim(string key, RunChange first);
}
