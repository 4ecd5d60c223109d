using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Turns what runs have into text and back. All members may be called on any thread, and throw nothing but what decoding says.</summary>
internal interface IHistoryValues : IValueCodec
{
    /// <summary>What a run was given, without what is secret of it.</summary>
    EncodedValue EncodeParameters(FlowRun run);

    /// <summary>The piped object that a run is for, unless it is secret.</summary>
    EncodedValue EncodeInput(FlowRun run) => Encode(run.InputObject);

    /// <summary>How the run is run, where a person may have it go on: what its flow and the call say of it.</summary>
    EncodedValue EncodeOptions(FlowRun run) => default;

    /// <summary>The host's error object as text for people: the message, and where it was raised.</summary>
    EncodedValue EncodeError(object error);

    /// <summary>A run that is recorded is about to begin: what is secret of what it was given is masked from now on.</summary>
    void Learn(RunRecording recording)
    {
        // A host without secrets has nothing to do.
    }

    /// <summary>The run is over, and with it the need to know its secrets, unless the run around it may still tell them.</summary>
    void Forget(RunRecording recording)
    {
        // As above.
    }

    /// <summary>What a run that was read was started for, in a few words; null when there are none.</summary>
    string? DescribeInput(FlowRunRecord run) => null;
}
