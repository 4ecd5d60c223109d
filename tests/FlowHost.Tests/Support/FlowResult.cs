namespace FlowModule.FlowHost.Tests.Support;

/// <summary>What a <c>flow</c> process left behind.</summary>
internal sealed record FlowResult(int ExitCode, IReadOnlyList<string> Lines, string Error)
{
    public string Output => string.Join('\n', Lines);
}
