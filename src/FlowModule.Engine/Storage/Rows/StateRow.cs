using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Rows;

/// <summary>A state of a run as stored.</summary>
/// <param name="Number">The state's index within the run, from 0.</param>
/// <param name="Type">The state's type.</param>
/// <param name="Name">The state's name; null if it equals the type.</param>
/// <param name="Message">The message, without secrets.</param>
/// <param name="Time">When the run entered it.</param>
/// <param name="Due">When the run is to continue, for a state that waits until a time.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateRow(int Number, StateType Type, string? Name, string? Message, DateTimeOffset Time, DateTimeOffset? Due);
