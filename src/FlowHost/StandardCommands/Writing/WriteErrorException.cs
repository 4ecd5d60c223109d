// The exception has pwsh's own name: it is what scripts catch, and the error's id.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Write-Error's records carry when no exception is given.</summary>
internal sealed class WriteErrorException(string message) : Exception(message);
