namespace FlowModule.Wire;

/// <summary>Represents the flow of a run that another process has executed.</summary>
internal sealed class RemoteFlow(string name) : FlowDefinition(name);
