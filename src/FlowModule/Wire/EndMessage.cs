using FlowModule.Engine.States;

namespace FlowModule.Wire;

/// <summary>
/// The message about the end of a run: the verdict of the child's engine, the failure's advice on retries, and whether the body still
/// occupies the process.
/// </summary>
internal static class EndMessage
{
    internal static void Write(BinaryWriter data, FinalStateRule.Verdict verdict, RunFailure? failure, bool isAbandoned, ValueWriter values)
    {
        values.Reset();
        data.Write(isAbandoned);
        data.Write((byte)verdict.Type);
        values.Write(data, verdict.Name);
        values.Write(data, verdict.Message);
        values.Write(data, verdict.Result);
        values.Write(data, verdict.Error);
        data.Write(failure is not null);
        data.Write(failure?.IsPermanent ?? false);
        values.Write(data, failure?.RetryAfter?.TotalSeconds);
    }

    internal static (RunOutcome Outcome, bool IsAbandoned) Read(BinaryReader data, ValueReader values)
    {
        values.Reset();
        bool isAbandoned = data.ReadBoolean();
        var type = (StateType)data.ReadByte();
        var name = values.Read<string?>(data);
        var message = values.Read<string?>(data);
        object? result = values.Read(data);
        object? error = values.Read(data);
        bool hasThrown = data.ReadBoolean();
        bool isPermanent = data.ReadBoolean();
        double? retryAfter = values.Read<double?>(data);
        var outcome = new RunOutcome(
            new FinalStateRule.Verdict(type, name, message, result, error),
            hasThrown
                ? new RunFailure(message ?? string.Empty, error ?? string.Empty)
                {
                    IsPermanent = isPermanent,
                    RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                }
                : null);
        return (outcome, isAbandoned);
    }
}
