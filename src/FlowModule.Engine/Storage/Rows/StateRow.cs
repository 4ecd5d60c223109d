using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Rows;

/// <summary>A state of a run as a store keeps it.</summary>
/// <param name="Number">Which of the run's states it is, from 0.</param>
/// <param name="Type">The state's type.</param>
/// <param name="Name">The state's name; null when it is the type's.</param>
/// <param name="Message">The message, without secrets.</param>
/// <param name="Time">When the run entered it.</param>
/// <param name="Due">When the run is to go on, for a state that waits for a time.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StateRow(int Number, StateType Type, string? Name, string? Message, DateTimeOffset Time, DateTimeOffset? Due);
