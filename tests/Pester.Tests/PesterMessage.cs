namespace Pester.Tests;

/// <summary>A message of pwsh: a file that begins, a test that was found or has ended, or the end.</summary>
internal sealed record PesterMessage(
    MessageKind Kind,
    string? File = null,
    string? Name = null,
    int Line = 0,
    IReadOnlyList<string>? Tags = null,
    string? Result = null,
    double Milliseconds = 0,
    string? Message = null,
    string? StackTrace = null)
{
    /// <summary>A failure that no test has reported, in the form of a test.</summary>
    internal static PesterMessage Failure(string? file, string name, string message) =>
        new(MessageKind.Test, file ?? Settings.Script, name, Line: 1, Result: "Failed", Message: message);
}

internal enum MessageKind
{
    File,
    Test,
    End,
}

/// <summary>The request to pwsh.</summary>
/// <param name="Pester">The manifest of Pester's module.</param>
/// <param name="Pipe">The pipe for its messages.</param>
/// <param name="DiscoverOnly">Whether to find the tests without running them.</param>
internal sealed record PesterRequest(string Pester, string Pipe, bool DiscoverOnly, IReadOnlyList<RequestedFile> Files);

/// <param name="Lines">The lines of the tests to run. Empty: all.</param>
internal sealed record RequestedFile(string Path, IReadOnlyList<int> Lines);
