using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>What it takes to go on with a run of an earlier process. Members throw <see cref="HistoryException"/>.</summary>
internal interface IResumeStore
{
    /// <summary>Makes this process the one that executes the run, if the run is as it was found: of several that try, one succeeds.</summary>
    /// <param name="run">The run as it was found.</param>
    /// <param name="next">The state that it comes to.</param>
    bool TryTake(RunSnapshot run, FlowStateRecord next);
}
