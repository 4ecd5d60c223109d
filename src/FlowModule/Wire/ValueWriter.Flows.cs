namespace FlowModule.Wire;

/// <content>The module's own objects.</content>
internal sealed partial class ValueWriter
{
    internal void WriteFlow(BinaryWriter data, Flow flow)
    {
        data.Write(flow.Name);
        WriteScript(data, flow.ScriptBlock);
        Write(data, flow.Path);
        Write(data, flow.Description);
        Write(data, flow.RunName);
        PolicyCodec.Write(data, flow.Policy, this);
        data.Write(flow.IsTask);
        data.Write((int)flow.TaskRunner);
        Write(data, flow.ThrottleLimit);
        Write(data, flow.Tag);
        data.Write(flow.FailOnError);
    }

    /// <summary>A run's identity, for an object that represents it in the other process and is not executed there.</summary>
    internal void WriteIdentity(BinaryWriter data, FlowRun run)
    {
        Write(data, run.Id);
        data.Write(run.Name);
        data.Write(run.FlowName);
        Write(data, run.Tag);
    }

    /// <summary>A run, and one of its states.</summary>
    private void WriteState(BinaryWriter data, FlowRun run, FlowState state)
    {
        WriteIdentity(data, run);
        Write(data, run.InputObject);
        Write(data, run.Parameters.Count == 0 ? null : run.Parameters);
        Write(data, run.StartTime);
        data.Write((byte)state.Type);
        Write(data, state.Timestamp);
        data.Write(state.Name);
        Write(data, state.Message);
        Write(data, state.Result);
        Write(data, state.Error);
    }
}
