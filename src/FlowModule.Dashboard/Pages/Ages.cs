namespace FlowModule.Dashboard.Pages;

/// <summary>The periods that a user can choose.</summary>
internal static class Ages
{
    internal static readonly IReadOnlyList<(string Value, string Text, TimeSpan? Age)> All =
    [
        ("", "Any", null),
        ("1h", "Last hour", TimeSpan.FromHours(1)),
        ("1d", "Last 24 hours", TimeSpan.FromDays(1)),
        ("7d", "Last 7 days", TimeSpan.FromDays(7)),
        ("30d", "Last 30 days", TimeSpan.FromDays(30)),
    ];

    /// <summary>Returns the period of a choice; null for all runs, and for unknown choices.</summary>
    internal static TimeSpan? Of(string? value) => All.FirstOrDefault(age => age.Value == value).Age;
}
