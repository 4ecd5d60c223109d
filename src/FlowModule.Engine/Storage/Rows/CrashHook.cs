namespace FlowModule.Engine.Storage.Rows;

/// <summary>A script to call once for a run whose process has died.</summary>
/// <param name="Run">The run.</param>
/// <param name="Script">The script's text.</param>
internal readonly record struct CrashHook(Guid Run, string Script);
