using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Storage;

namespace FlowModule.History;

/// <summary>Where this machine has what belongs to a history and is not in it: registrations, logs of schedules, the files of the dashboard.</summary>
internal static class HistoryFolders
{
    /// <summary>The folder of a history: that of its file; for one on a server, a folder of this machine's own.</summary>
    /// <exception cref="FlowException">The address has a password.</exception>
    internal static string FolderOf(string place)
    {
        HistoryAddress address = HistoryBackends.AddressOf(place);
        return address.Path is { } path ? Path.GetDirectoryName(path)! : Path.Combine(Histories.Home, "servers", NameOf(address));
    }

    /// <summary>The folder of the dashboard's files.</summary>
    internal static string OfDashboard(string place) => HistoryBackends.AddressOf(place).Path is { } path ? path + ".dashboard" : Path.Combine(FolderOf(place), "dashboard");

    /// <summary>An address as it is everywhere the same: the full path of a file.</summary>
    internal static string FullName(string place) => HistoryBackends.AddressOf(place).ToString();

    /// <summary>A name that people recognize, and that no other address has.</summary>
    private static string NameOf(HistoryAddress address)
    {
        string place = address.Place.Split('?')[0];
        string readable = string.Concat(place.Select(static character => char.IsAsciiLetterOrDigit(character) || character == '.' ? character : '-')).Trim('-', '.');
        return $"{address.Scheme}-{readable}-{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(address.ToString())))[..8]}";
    }
}
