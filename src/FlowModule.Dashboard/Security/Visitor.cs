namespace FlowModule.Dashboard.Security;

/// <summary>Who looks at a page.</summary>
/// <param name="Name">The name that was given at the sign-in, else that of the user who serves.</param>
/// <param name="From">The address that the request comes from.</param>
internal sealed record Visitor(string Name, string From)
{
    private const int LongestName = 60;

    /// <summary>The one who serves, for who signs in by the printed address and says no name.</summary>
    internal static string DefaultName => Environment.UserName;

    /// <summary>A name as it is kept: on one line, and not long.</summary>
    internal static string NameOf(string? text)
    {
        string name = new([.. (text ?? string.Empty).Where(static c => !char.IsControl(c) && c != '|')]);
        name = name.Trim();
        return name.Length == 0 ? DefaultName : name.Length > LongestName ? name[..LongestName] : name;
    }

    /// <summary>The visitor in a few words, as an action is recorded with.</summary>
    public override string ToString() => $"{Name} ({From})";
}
