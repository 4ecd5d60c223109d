namespace FlowModule.FlowHost.Tests.Support;

/// <summary>The outcome of a <c>flow</c> process.</summary>
internal sealed record FlowResult(int ExitCode, IReadOnlyList<string> Lines, string Error)
{
    public string Output => string.Join('\n', Lines);
}
