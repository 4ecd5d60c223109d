namespace FlowModule.Scripts;

/// <summary>Marks a cmdlet that defines or runs flows: when it refuses its input, the script that called it has failed, because a part of the job has not run.</summary>
internal interface IRefusalFailsScript;
