namespace FlowModule.Engine;

/// <summary>The state names that differ from their state's type.</summary>
internal static class StateNames
{
    internal const string TimedOut = "TimedOut";
}
