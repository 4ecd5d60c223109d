using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Posts a report as JSON.</summary>
internal sealed class WebhookSender(WebhookNotification webhook, FailureReport report, HttpMessageInvoker http, TimeProvider time) : INotificationSender
{
    private const int MostRedirects = 5;
    private const int LongestAnswer = 200;

    private readonly string _body = FailureReportJson.Write(report);

    public TimeSpan Limit => TimeSpan.FromSeconds(30);

    /// <summary>Creates the client. It uses the system's proxy settings.</summary>
    internal static HttpMessageInvoker Client() => new(new SocketsHttpHandler
    {
        // Redirects are followed here, because the handler turns a POST into a GET, which delivers nothing but succeeds.
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        UseCookies = false,
    });

    public async Task<SendAttempt> Try(CancellationToken stop)
    {
        try
        {
            return await Post(webhook.Uri, stop).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            // An untrusted certificate will not become trusted within a minute.
            bool isFinal = exception.HttpRequestError is HttpRequestError.SecureConnectionError or HttpRequestError.UserAuthenticationError or HttpRequestError.ConfigurationLimitExceeded;
            return new SendAttempt(Sentence(exception.InnerException is { } inner ? $"{exception.Message} {inner.Message}" : exception.Message), !isFinal);
        }
        catch (SecretFileException exception)
        {
            return new SendAttempt(exception.Message);
        }
    }

    private async Task<SendAttempt> Post(Uri uri, CancellationToken stop)
    {
        for (int redirects = 0; ; redirects++)
        {
            using HttpRequestMessage request = Request(uri);
            using HttpResponseMessage response = await http.SendAsync(request, stop).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return SendAttempt.Arrived;
            }

            if (response.Headers.Location is not { } location || (int)response.StatusCode is < 300 or > 399)
            {
                return await Refused(response, stop).ConfigureAwait(false);
            }

            var target = new Uri(uri, location);
            if (!KeepsMethod(response.StatusCode) || !IsSameService(uri, target) || redirects == MostRedirects)
            {
                return new SendAttempt($"It answered {Status(response)} and sent the post on to {target.GetLeftPart(UriPartial.Authority)}, where it does not follow: give the address that it is to go to.");
            }

            uri = target;
        }
    }

    private HttpRequestMessage Request(Uri uri)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = new StringContent(_body, Encoding.UTF8, new MediaTypeHeaderValue("application/json", "utf-8")),
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("FlowModule", typeof(WebhookSender).Assembly.GetName().Version?.ToString(fieldCount: 3)));
        foreach ((string name, string value) in webhook.Headers)
        {
            Set(request, name, value);
        }

        foreach ((string name, string path) in webhook.HeaderPaths)
        {
            Set(request, name, SecretFile.ReadHeader(name, path));
        }

        return request;
    }

    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private async Task<SendAttempt> Refused(HttpResponseMessage response, CancellationToken stop)
    {
        bool isPassing = response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || ((int)response.StatusCode >= 500 && response.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));
        string answer = await Answer(response, stop).ConfigureAwait(false);
        return new SendAttempt(answer.Length == 0 ? $"It answered {Status(response)}." : $"It answered {Status(response)}: {Sentence(answer)}", isPassing, RetryAfter(response.Headers.RetryAfter));
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date - time.GetUtcNow() is { Ticks: > 0 } left ? left : null);

    /// <summary>Returns the beginning of the response in one line, because services explain errors there.</summary>
    private static async Task<string> Answer(HttpResponseMessage response, CancellationToken stop)
    {
        try
        {
            using Stream stream = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            byte[] bytes = new byte[LongestAnswer * 4];
            int count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
            string text = new([.. Encoding.UTF8.GetString(bytes, 0, count).Select(letter => char.IsControl(letter) ? ' ' : letter)]);
            return text.Trim() is { Length: > LongestAnswer } longer ? longer[..LongestAnswer] + "..." : text.Trim();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return string.Empty;
        }
    }

    private static bool KeepsMethod(HttpStatusCode status) => status is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    // The headers may contain a token for this service, which no other service and no eavesdropper may see.
    private static bool IsSameService(Uri from, Uri to) =>
        from.Host.Equals(to.Host, StringComparison.OrdinalIgnoreCase)
        && ((from.Scheme == to.Scheme && from.Port == to.Port) || (from.IsDefaultPort && to.IsDefaultPort && to.Scheme == Uri.UriSchemeHttps));

    private static string Status(HttpResponseMessage response) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}").Trim();

    private static string Sentence(string text) => text.EndsWith('.') || text.EndsWith("...", StringComparison.Ordinal) ? text : text + ".";
}
