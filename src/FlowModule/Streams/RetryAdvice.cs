using System.Management.Automation;
using FlowModule.Engine.States;

namespace FlowModule.Streams;

/// <summary>What an error says about retries: <see cref="FlowRetryException"/>, an entry of its exception's Data, or the response of a web server.</summary>
internal static class RetryAdvice
{
    private const string RetryAfter = "RetryAfter";
    private const string NoRetry = "NoRetry";

    internal static RunFailure Add(RunFailure failure, Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is FlowRetryException retry)
            {
                return failure with { IsPermanent = retry.RetryAfter is null, RetryAfter = retry.RetryAfter };
            }

            if (cause.Data.Count > 0 && LanguagePrimitives.IsTrue(cause.Data[NoRetry]))
            {
                return failure with { IsPermanent = true };
            }

            if (DelayOf(cause) is { } delay)
            {
                return failure with { RetryAfter = delay };
            }
        }

        return failure;
    }

    private static TimeSpan? DelayOf(Exception exception)
    {
        if (exception.Data.Count > 0 && exception.Data[RetryAfter] is { } said)
        {
            return ToDelay(said is PSObject wrapped ? wrapped.BaseObject : said);
        }

        // The exception of Invoke-RestMethod is in an assembly that may be missing; the server's response is one of its properties.
        return PSObject.AsPSObject(exception).Properties["Response"]?.Value is System.Net.Http.HttpResponseMessage { Headers.RetryAfter: { } header }
            ? header.Delta ?? (header.Date is { } date ? ToDelay(date) : null)
            : null;
    }

    private static TimeSpan? ToDelay(object? said) => said switch
    {
        TimeSpan span => span,
        DateTimeOffset time => Positive(time - DateTimeOffset.Now),
        DateTime time => Positive(time - DateTime.Now),
        _ => LanguagePrimitives.TryConvertTo(said, out double seconds) && seconds is >= 0 and < 4_000_000 ? TimeSpan.FromSeconds(seconds) : null,
    };

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
