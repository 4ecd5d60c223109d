using System.Management.Automation;
using FlowModule.Secrets;

namespace FlowModule.Streams;

/// <summary>
/// An error while it is shown where what is shown is kept: its message has no secrets meanwhile. Once it is formatted, a secret may stand on two
/// lines, and nobody finds it any more.
/// </summary>
internal readonly struct MaskedError : IDisposable
{
    private readonly ErrorRecord? _error;
    private readonly ErrorDetails? _details;

    /// <param name="error">The error; nothing is done to one without secrets, or where nobody keeps what is shown.</param>
    internal MaskedError(ErrorRecord? error)
    {
        if (error is null || RunSecrets.HandOver is null)
        {
            return;
        }

        string message = error.ToString();
        string masked = KnownSecrets.Mask(message);
        if (!ReferenceEquals(message, masked))
        {
            _error = error;
            _details = error.ErrorDetails;
            error.ErrorDetails = new ErrorDetails(masked) { RecommendedAction = _details?.RecommendedAction };
        }
    }

    public void Dispose()
    {
        if (_error is not null)
        {
            _error.ErrorDetails = _details;
        }
    }
}
