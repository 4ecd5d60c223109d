using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FlowModule.Tests.Notifications;

/// <summary>A real mail server on this computer: it takes mail, asks for a password, and encrypts the connection, as the test says.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly List<MailItem> _items = [];
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly Queue<string> _greetings = new();
    private int _connections;

    internal MailServer()
    {
        _listener.Start();
        _ = Task.Run(Serve);
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The name and the password that it wants, or null for none.</summary>
    internal (string User, string Password)? Account { get; init; }

    /// <summary>Whether the password of its account is an OAuth access token, and how that is sent.</summary>
    internal string? TokenMechanism { get; init; }

    /// <summary>What it encrypts with, or null when it does not.</summary>
    internal X509Certificate2? Certificate { get; init; }

    /// <summary>Whether it encrypts from the first byte.</summary>
    internal bool IsImplicit { get; init; }

    /// <summary>Whether it says nothing at all.</summary>
    internal bool IsSilent { get; init; }

    /// <summary>How it answers to a recipient.</summary>
    internal Func<string, string> Recipient { get; init; } = _ => "250 2.1.5 yes";

    /// <summary>What it greets the first ones with, in place of 220.</summary>
    internal string[] Greetings
    {
        init => Array.ForEach(value, _greetings.Enqueue);
    }

    internal int Connections => _connections;

    internal MailItem[] Items
    {
        get
        {
            lock (_items)
            {
                return [.. _items];
            }
        }
    }

    internal static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Ends when one more client has connected.</summary>
    internal Task WaitForClient() => _arrivals.WaitAsync();

    public void Dispose()
    {
        _listener.Dispose();
        _arrivals.Dispose();
        Certificate?.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connections);
                _ = Task.Run(() => Talk(client));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Talk(TcpClient client)
    {
        try
        {
            using TcpClient held = client;
            _arrivals.Release();
            if (IsSilent)
            {
                // Until the other side hangs up.
                await client.GetStream().CopyToAsync(Stream.Null);
                return;
            }

            using var talk = new MailTalk(this, client.GetStream());
            if (IsImplicit)
            {
                await talk.Encrypt();
            }

            await talk.Go(_greetings.TryDequeue(out string? greeting) ? greeting : "220 test ESMTP");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has hung up.
        }
    }

    private sealed class MailTalk(MailServer server, Stream stream) : IDisposable
    {
        private Stream _stream = stream;
        private StreamReader _reader = new(stream, Encoding.UTF8);
        private MailItem _item = new();

        internal async Task Go(string greeting)
        {
            await Say(greeting);
            while (greeting.StartsWith('2') && await _reader.ReadLineAsync() is { } line && !line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
            {
                await Answer(line);
            }
        }

        public void Dispose()
        {
            _reader.Dispose();
            _stream.Dispose();
        }

        private async Task Answer(string line)
        {
            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO":
                    bool offersTls = server.Certificate is not null && !_item.IsEncrypted;
                    await Say($"250-test\r\n{(offersTls ? "250-STARTTLS\r\n" : string.Empty)}{(server.Account is not null ? $"250-AUTH {server.TokenMechanism ?? "LOGIN"}\r\n" : string.Empty)}250 8BITMIME");
                    break;
                case "STARTTLS":
                    await Say("220 go on");
                    await Encrypt();
                    break;
                case "AUTH":
                    await LogOn(line);
                    break;
                case "MAIL" when server.Account is not null && _item.User is null:
                    await Say("530 5.7.0 Authentication required");
                    break;
                case "MAIL":
                    _item = _item with { From = Between(line) };
                    await Say("250 2.1.0 yes");
                    break;
                case "RCPT":
                    string answer = server.Recipient(Between(line));
                    _item = answer.StartsWith('2') ? _item with { To = [.. _item.To, Between(line)] } : _item;
                    await Say(answer);
                    break;
                case "DATA":
                    await Take();
                    break;
                default:
                    await Say("250 yes");
                    break;
            }
        }

        internal async Task Encrypt()
        {
            var encrypted = new SslStream(_stream);
            await encrypted.AuthenticateAsServerAsync(server.Certificate!);
            _stream = encrypted;
            _reader = new StreamReader(encrypted, Encoding.UTF8);
            _item = new MailItem { IsEncrypted = true };
        }

        private async Task LogOn(string line)
        {
            (string user, string password) = server.TokenMechanism is null ? await AskForPassword(line) : Token(line);
            if (server.Account == (user, password))
            {
                _item = _item with { User = user };
                await Say("235 2.7.0 welcome");
            }
            else
            {
                await Say("535 5.7.8 wrong password");
            }
        }

        private async Task<(string User, string Password)> AskForPassword(string line)
        {
            string user = line.Split(' ') is [_, _, var given] ? Text(given) : await Ask("334 VXNlcm5hbWU6");
            return (user, await Ask("334 UGFzc3dvcmQ6"));
        }

        /// <summary>XOAUTH2: user=NAME, auth=Bearer TOKEN. OAUTHBEARER (RFC 7628): n,a=NAME, auth=Bearer TOKEN.</summary>
        private static (string User, string Token) Token(string line)
        {
            string[] parts = Text(line.Split(' ')[2]).Split('\u0001', StringSplitOptions.RemoveEmptyEntries);
            string user = parts[0].Split('=')[1].TrimEnd(',');
            return (user, parts.First(part => part.StartsWith("auth=Bearer ", StringComparison.Ordinal))["auth=Bearer ".Length..]);
        }

        private async Task Take()
        {
            await Say("354 tell");
            var lines = new List<string>();
            while (await _reader.ReadLineAsync() is { } line && line != ".")
            {
                lines.Add(line.StartsWith('.') ? line[1..] : line);
            }

            lock (server._items)
            {
                server._items.Add(_item with { Lines = [.. lines] });
            }

            await Say("250 2.0.0 taken");
        }

        private async Task<string> Ask(string question)
        {
            await Say(question);
            return Text(await _reader.ReadLineAsync() ?? string.Empty);
        }

        private async Task Say(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"));

        private static string Text(string encoded) => Encoding.UTF8.GetString(Convert.FromBase64String(encoded));

        private static string Between(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
    }
}
