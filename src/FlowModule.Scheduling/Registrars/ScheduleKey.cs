using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FlowModule.Scheduling.Registrars;

/// <summary>
/// Marks the module's own entries in the machine's scheduler: the registration's name, and its folder. A user has one crontab, but two histories
/// can have registrations with the same name.
/// </summary>
/// <param name="Name">The registration's name.</param>
/// <param name="Folder">A short hash of the folder of its registration.</param>
internal sealed record ScheduleKey(string Name, string Folder)
{
    private const int Digits = 8;

    // Other characters are used in paths (%), invalid in unit names, or problematic for systemd's own programs (:).
    private const char Escape = '_';

    internal static ScheduleKey Of(string name, string folder) => new(name.ToLowerInvariant(), DigitsOf(folder));

    /// <summary>The key as letters, digits and <c>_ - .</c>, which are safe in a shell comment and in the name of a unit.</summary>
    internal string Text
    {
        get
        {
            var text = new StringBuilder();
            foreach (byte letter in Encoding.UTF8.GetBytes(Name))
            {
                _ = char.IsAsciiLetterLower((char)letter) || char.IsAsciiDigit((char)letter) || letter is (byte)'-' or (byte)'.'
                    ? text.Append((char)letter)
                    : text.Append(Escape).Append(letter.ToString("x2", CultureInfo.InvariantCulture));
            }

            return text.Append('.').Append(Folder).ToString();
        }
    }

    /// <summary>Parses the text of a key; null if it is none.</summary>
    internal static ScheduleKey? Parse(string text)
    {
        int dot = text.LastIndexOf('.');
        if (dot < 1 || text.Length - dot - 1 != Digits || !text[(dot + 1)..].All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        var bytes = new List<byte>();
        for (int i = 0; i < dot; i++)
        {
            if (text[i] != Escape)
            {
                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < dot && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte letter))
            {
                bytes.Add(letter);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        return new ScheduleKey(Encoding.UTF8.GetString([.. bytes]), text[(dot + 1)..]);
    }

    /// <summary>Whether its registration is in a folder.</summary>
    internal bool IsOf(string folder) => Folder == DigitsOf(folder);

    private static string DigitsOf(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(OperatingSystem.IsWindows() ? path.ToUpperInvariant() : path));
        return Convert.ToHexString(hash, 0, Digits / 2).ToLowerInvariant();
    }
}
