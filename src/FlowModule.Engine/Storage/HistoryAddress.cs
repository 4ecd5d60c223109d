using System.Text.RegularExpressions;

namespace FlowModule.Engine.Storage;

/// <summary>The location of a history: a file, or a place that the backend of the scheme before the colon understands. Equal addresses mean the same history.</summary>
internal sealed partial class HistoryAddress : IEquatable<HistoryAddress>
{
    /// <summary>The scheme of a history in a file, which nobody has to write.</summary>
    internal const string FileScheme = "sqlite";

    // File systems elsewhere hold names in any case for the same.
    private static readonly StringComparison PathComparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private HistoryAddress(string scheme, string place) => (Scheme, Place) = (scheme, place);

    /// <summary>Which backend opens it.</summary>
    internal string Scheme { get; }

    /// <summary>The place, for the backend: for a file its full path.</summary>
    internal string Place { get; }

    /// <summary>The file's path, or null if it is not a file.</summary>
    internal string? Path => Scheme == FileScheme ? Place : null;

    private StringComparison Comparison => Scheme == FileScheme ? PathComparison : StringComparison.Ordinal;

    internal static HistoryAddress OfFile(string path) => new(FileScheme, System.IO.Path.GetFullPath(path));

    /// <summary>Parses the path of a file, or the text of <see cref="ToString"/>, also from another process.</summary>
    internal static HistoryAddress Parse(string text)
    {
        // One letter before a colon is a drive.
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 1 || text.AsSpan(0, colon).IndexOfAnyExceptInRange('a', 'z') >= 0)
        {
            return OfFile(text);
        }

        (string scheme, string place) = (text[..colon], text[(colon + 1)..]);
        return scheme == FileScheme ? OfFile(place) : new HistoryAddress(scheme, place);
    }

    /// <summary>The address with stars in place of its password; null if it has none.</summary>
    internal string? WithoutPassword()
    {
        string masked = Passwords().Replace(Place, "***");
        return masked == Place ? null : $"{Scheme}:{masked}";
    }

    public bool Equals(HistoryAddress? other) => other is not null && Scheme == other.Scheme && Place.Equals(other.Place, Comparison);

    public override bool Equals(object? obj) => Equals(obj as HistoryAddress);

    public override int GetHashCode() => Place.GetHashCode(Comparison);

    /// <summary>The address for display: the path of a file, or the whole address.</summary>
    public override string ToString() => Path ?? $"{Scheme}:{Place}";

    // After user: and before the last @ before the path, also if it has such characters itself; or as a parameter.
    [GeneratedRegex(@"(?<=^//[^/?@:]*:).*(?=@)|(?<=[?&](password|passwd|pwd)=)[^&]+", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Passwords();
}
