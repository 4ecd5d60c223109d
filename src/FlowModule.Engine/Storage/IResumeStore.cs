using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Takes over a run of an earlier process. Members throw <see cref="HistoryException"/>.</summary>
internal interface IResumeStore
{
    /// <summary>Makes this process execute the run, if the run has not changed since it was read. Of several processes, only one succeeds.</summary>
    /// <param name="run">The run as it was read.</param>
    /// <param name="next">The state that it enters.</param>
    bool TryTake(RunSnapshot run, FlowStateRecord next);
}
