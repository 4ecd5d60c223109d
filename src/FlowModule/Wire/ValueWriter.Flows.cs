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

    /// <summary>A run's identity: what stands for it in the other process has that, and executes nothing.</summary>
    internal void WriteIdentity(BinaryWriter data, FlowRun run)
    {
        Write(data, run.Id);
        data.Write(run.Name);
        data.Write(run.FlowName);
        Write(data, run.Tag);
    }

    /// <summary>A run, and a state that it is or was in.</summary>
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
