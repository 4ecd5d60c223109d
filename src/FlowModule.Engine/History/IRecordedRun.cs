namespace FlowModule.Engine.History;

/// <summary>A run whose rows are written, as its history knows it.</summary>
internal interface IRecordedRun
{
    /// <summary>The run.</summary>
    Guid RunId { get; }

    /// <summary>Whether some data of the run could not be stored.</summary>
    bool IsLost { get; set; }

    /// <summary>The size of the run's log; null while it is empty. Owned by the history.</summary>
    RunLogSize? LogSize { get; set; }
}
