using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Encodes the data of runs as text and decodes it. Any thread may call the members; only decoding throws.</summary>
internal interface IHistoryValues : IValueCodec
{
    /// <summary>Encodes a run's parameters without secrets.</summary>
    EncodedValue EncodeParameters(FlowRun run);

    /// <summary>Encodes the run's piped object, unless it is secret.</summary>
    EncodedValue EncodeInput(FlowRun run) => Encode(run.InputObject);

    /// <summary>Encodes the options of a resumable run, from its flow and its call.</summary>
    EncodedValue EncodeOptions(FlowRun run) => default;

    /// <summary>Encodes the host's error object as text for display: the message, and the position in the script.</summary>
    EncodedValue EncodeError(object error);

    /// <summary>Encodes all of the host's error object that a later process needs to show it as the host does; nothing if the host does not keep it.</summary>
    EncodedValue EncodeErrorDetails(object error) => default;

    /// <summary>Called before a recorded run begins: from now on, secrets in its parameters are masked.</summary>
    void Learn(RunRecording recording)
    {
        // A host without secrets has nothing to do.
    }

    /// <summary>Called after a run: its secrets need no more masking, unless its parent may still write them.</summary>
    void Forget(RunRecording recording)
    {
        // As above.
    }

    /// <summary>Describes a run's piped object in a few words; null if there is none.</summary>
    string? DescribeInput(FlowRunRecord run) => null;
}
