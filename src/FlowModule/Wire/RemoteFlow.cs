namespace FlowModule.Wire;

/// <summary>Stands for the flow of a run that another process has executed.</summary>
internal sealed class RemoteFlow(string name) : FlowDefinition(name);
