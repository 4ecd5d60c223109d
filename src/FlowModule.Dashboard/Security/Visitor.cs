namespace FlowModule.Dashboard.Security;

/// <summary>The user of a page.</summary>
/// <param name="Name">The name from the sign-in, or the name of the user who runs the server.</param>
/// <param name="From">The address of the request.</param>
internal sealed record Visitor(string Name, string From)
{
    private const int LongestName = 60;

    /// <summary>The user who runs the server: the default for a sign-in without a name.</summary>
    internal static string DefaultName => Environment.UserName;

    /// <summary>Makes a name short and puts it on one line.</summary>
    internal static string NameOf(string? text)
    {
        string name = new([.. (text ?? string.Empty).Where(static c => !char.IsControl(c) && c != '|')]);
        name = name.Trim();
        return name.Length == 0 ? DefaultName : name.Length > LongestName ? name[..LongestName] : name;
    }

    /// <summary>The visitor as text for recorded actions.</summary>
    public override string ToString() => $"{Name} ({From})";
}
