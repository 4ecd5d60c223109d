namespace Pester.Tests;

/// <summary>What pwsh tells of: a file that begins, a test that was found or has ended, or that there is no more.</summary>
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
    /// <summary>A failure that no test has reported, as the test that it then is.</summary>
    internal static PesterMessage Failure(string? file, string name, string message) =>
        new(MessageKind.Test, file ?? Settings.Script, name, Line: 1, Result: "Failed", Message: message);
}

internal enum MessageKind
{
    File,
    Test,
    End,
}

/// <summary>What pwsh is asked to do.</summary>
/// <param name="Pester">The manifest of Pester's module.</param>
/// <param name="Pipe">Where it tells of the tests.</param>
/// <param name="DiscoverOnly">Finds the tests and runs none.</param>
internal sealed record PesterRequest(string Pester, string Pipe, bool DiscoverOnly, IReadOnlyList<RequestedFile> Files);

/// <param name="Lines">Where the tests to run are. Empty: all.</param>
internal sealed record RequestedFile(string Path, IReadOnlyList<int> Lines);
