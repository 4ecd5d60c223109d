using System.CommandLine;
using System.Net;
using FlowModule.Dashboard;
using FlowModule.FlowHost.Running;

namespace FlowModule.FlowHost.CommandLine;

/// <summary>The command <c>flow ui</c>.</summary>
internal static class DashboardCommand
{
    internal const string Name = "ui";

    /// <param name="isMeant">Whether the command line names this command. Otherwise it is only listed in the help, without its options, which would slow down the start of scripts.</param>
    internal static Command Build(bool isMeant)
    {
        const string About = "Shows the runs of the history in the browser, live, and lets a person stop, resume, restart and start them. Prints the address to open.";
        return isMeant ? BuildWhole(About) : new Command(Name, About);
    }

    private static Command BuildWhole(string about)
    {
        Option<int> port = new("--port") { Description = "The port to listen on; 0 for any that is free.", DefaultValueFactory = static _ => DashboardOptions.DefaultPort };
        Option<string?> historyPath = new("--history-path") { Description = "The file of the history, or its folder, in place of the usual one." };
        Option<bool> readOnly = new("--read-only") { Description = "Shows everything, and changes nothing." };
        Option<string> address = new("--address")
        {
            Description = "The address to listen on. One that other computers reach needs --allow-remote, and --certificate or --insecure.",
            DefaultValueFactory = static _ => IPAddress.Loopback.ToString(),
        };
        Option<bool> allowRemote = new("--allow-remote") { Description = "Allows an address that other computers reach." };
        Option<string?> certificate = new("--certificate") { Description = "The certificate to serve HTTPS with: a PFX file, or a PEM file." };
        Option<string?> certificateKey = new("--certificate-key") { Description = "The PEM file with the certificate's key, if that is another." };
        Option<string?> certificatePassword = new("--certificate-password-file") { Description = "The file with the password of the certificate or its key." };
        Option<bool> insecure = new("--insecure") { Description = "Allows other computers without a certificate: the token then crosses the network as plain text." };
        Option<string?> token = new("--token-file") { Description = "The file with the token that signs a person in, in place of the one that is made beside the history." };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number is < 0 or > 65535))
            {
                result.AddError($"The port '{result.Tokens[0].Value}' is none: it is a number from 0 to 65535.");
            }
        });
        address.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no address: say 0.0.0.0 for all of this computer, for example.");
            }
        });
        Command ui = new(Name, about)
        {
            port, historyPath, readOnly, address, allowRemote, certificate, certificateKey, certificatePassword, insecure, token,
        };
        ui.SetAction(result => DashboardProcess.Run(program => new DashboardOptions
        {
            HistoryPath = HistoryFile.Of(result.GetValue(historyPath)),
            Flow = program,
            Address = IPAddress.Parse(result.GetRequiredValue(address)),
            Port = result.GetValue(port),
            IsReadOnly = result.GetValue(readOnly),
            AllowsRemote = result.GetValue(allowRemote),
            CertificatePath = result.GetValue(certificate),
            CertificateKeyPath = result.GetValue(certificateKey),
            CertificatePasswordPath = result.GetValue(certificatePassword),
            IsInsecure = result.GetValue(insecure),
            TokenPath = result.GetValue(token),
        }));
        return ui;
    }
}
