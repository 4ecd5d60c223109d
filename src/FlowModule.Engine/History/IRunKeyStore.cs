namespace FlowModule.Engine.History;

/// <summary>Keys of the user's, of which each flow has one run only. Members throw <see cref="HistoryException"/>.</summary>
internal interface IRunKeyStore
{
    /// <summary>
    /// Gives the run that has the key (<see cref="RunRecording.IdempotencyKey"/>). If none has it, or the one that had it was removed, this
    /// run gets it and is kept, in one step.
    /// </summary>
    /// <param name="first">The first state of the run that asks.</param>
    Guid Claim(StateEntry first);
}
