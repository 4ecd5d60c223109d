namespace FlowModule.Engine.Storage.Rows;

/// <summary>The script that is to be called once about a run whose process has died.</summary>
/// <param name="Run">The run.</param>
/// <param name="Script">The script's text.</param>
internal readonly record struct CrashHook(Guid Run, string Script);
