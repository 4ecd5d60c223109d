namespace FlowModule.Dashboard.Pages;

/// <summary>How far back a person looks.</summary>
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

    /// <summary>How far back a choice means; null for all, and for what is none.</summary>
    internal static TimeSpan? Of(string? value) => All.FirstOrDefault(age => age.Value == value).Age;
}
