using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Net.Mail;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Creates notifications from parameters, and checks them, so that errors appear now and not at night.</summary>
/// <param name="cmdlet">The cmdlet, for resolving paths and programs and for warnings.</param>
internal sealed class NotificationFactory(PSCmdlet cmdlet)
{
    // These headers describe the body and its transfer, so the caller must not set them.
    private static readonly string[] OwnHeaders = ["Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Host", "Connection", "Expect"];

    /// <summary>Returns a notification from an output of New-FlowNotification, or from its short form: an address or a program.</summary>
    /// <exception cref="FlowException">It is none of these, or invalid.</exception>
    internal FlowNotification Of(object value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        FlowNotification notification => notification,
        Uri uri => Webhook(uri, headers: null, headerPaths: null),
        string text when text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) => Webhook(uri, headers: null, headerPaths: null),
        string text => Command(text, []),
        var other => throw NotificationErrors.Unknown(other),
    };

    /// <exception cref="FlowException">There is no such program, or it cannot be started directly.</exception>
    internal CommandNotification Command(string command, string[] arguments)
    {
        CommandInfo? found = cmdlet.InvokeCommand.GetCommand(WildcardPattern.Escape(command), CommandTypes.Application | CommandTypes.ExternalScript)
            ?? cmdlet.InvokeCommand.GetCommand(command, CommandTypes.Application | CommandTypes.ExternalScript);
        string path = found switch
        {
            ApplicationInfo application => application.Path,
            ExternalScriptInfo script => throw NotificationErrors.CommandIsScript(script.Path),
            _ => throw NotificationErrors.CommandNotFound(command),
        };
        return path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase) ? throw NotificationErrors.CommandIsScript(path) : new CommandNotification(path, arguments);
    }

    /// <exception cref="FlowException">The address or a header is invalid, or a file is missing.</exception>
    internal WebhookNotification Webhook(Uri uri, IDictionary? headers, IDictionary? headerPaths)
    {
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
        {
            throw NotificationErrors.WebhookInvalid(uri, "It must be an address that begins with https:// or http://.");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw NotificationErrors.WebhookInvalid(uri, "A name and a password in an address are not sent. Use -HeaderPath @{ Authorization = 'FILE' } instead.");
        }

        var plain = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry header in headers ?? new Hashtable())
        {
            string name = HeaderName(header.Key, plain.Keys);
            plain[name] = header.Value?.ToString() is { } value && SecretFile.IsHeaderValue(value)
                ? value
                : throw NotificationErrors.HeaderInvalid(name, "Its value must be one line of ASCII characters.");
        }

        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry header in headerPaths ?? new Hashtable())
        {
            string name = HeaderName(header.Key, plain.Keys.Concat(paths.Keys));
            paths[name] = Secret(header.Value?.ToString() ?? string.Empty, $"header '{name}'");
        }

        if (plain.Count + paths.Count > 0 && uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            cmdlet.WriteWarning($"The headers are sent to {uri.Host} over http, where others in the network can read them. Use https if they contain a secret.");
        }

        return new WebhookNotification(uri, plain, paths);
    }

    /// <exception cref="FlowException">An address is invalid, a file is missing, or the log-on data is incomplete.</exception>
    internal MailNotification Mail(string[] to, string from, SmtpEndpoint server, SmtpAccount account)
    {
        if (Uri.CheckHostName(server.Name) == UriHostNameType.Unknown)
        {
            throw NotificationErrors.MailServer(server.Name);
        }

        NotificationErrors.Require(account);
        string? password = account.PasswordPath is { } passwordPath ? Secret(passwordPath, "password") : null;
        string? token = account.TokenPath is { } tokenPath ? Secret(tokenPath, "access token") : null;
        if (account.UserName is not null && !server.IsEncrypted && !IsThisComputer(server.Name))
        {
            cmdlet.WriteWarning(
                $"The {(token is null ? "password" : "access token")} is sent to {server.Name} unencrypted, where others in the network can read it. Use -UseSsl if the server supports STARTTLS.");
        }

        return new MailNotification(
            server.Name, server.PortFor(account), server.UsesStartTls, Address(from), [.. to.Select(Address)], account.UserName, password, server.UsesImplicitTls, token);
    }

    private static string HeaderName(object key, IEnumerable<string> others)
    {
        string name = key.ToString() ?? string.Empty;
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            throw NotificationErrors.HeaderInvalid(name, "A name consists of letters, digits, '-', '_' and '.'.");
        }

        if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            throw NotificationErrors.HeaderInvalid(name, "It describes the body, which is always JSON.");
        }

        return others.Contains(name, StringComparer.OrdinalIgnoreCase) ? throw NotificationErrors.HeaderInvalid(name, "It is given twice.") : name;
    }

    private static string Address(string text) =>
        MailAddress.TryCreate(text, out MailAddress? address) ? address.ToString() : throw NotificationErrors.MailAddress(text);

    private static bool IsThisComputer(string server) =>
        server.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(server.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Returns the full path of a secret's file. Checks that it can be read, and warns if other users can read it too.</summary>
    private string Secret(string path, string what)
    {
        string file;
        try
        {
            file = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name != "FileSystem")
            {
                throw NotificationErrors.FileInvalid(path, what, "It is not in the file system.");
            }

            SecretFile.Read(file);
            if (SecretFile.IsReadByOthers(file))
            {
                cmdlet.WriteWarning($"The file '{file}' contains the {what}, and other users can read it. 'chmod 600' makes it private to its owner.");
            }
        }
        catch (Exception exception) when (exception is SecretFileException or SessionStateException or PSArgumentException)
        {
            throw NotificationErrors.FileInvalid(path, what, exception.Message, exception);
        }

        return file;
    }
}
