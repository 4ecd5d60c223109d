using System.Text;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Patterns for LIKE, with \ as their escape.</summary>
internal static class SqlPattern
{
    /// <summary>A pattern of names that has no brackets.</summary>
    internal static string Like(string pattern)
    {
        var like = new StringBuilder();
        foreach (char character in pattern)
        {
            like.Append(character switch
            {
                '*' => "%",
                '?' => "_",
                '%' or '_' or '\\' => "\\" + character,
                _ => character.ToString(),
            });
        }

        return like.ToString();
    }

    /// <summary>A pattern of all that has a text in it.</summary>
    internal static string Containing(string text) =>
        $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
