using FlowModule.Engine.Files;
using FlowModule.Engine.Pool;
using FlowModule.History;

namespace FlowModule.Pool;

/// <summary>Where the key of the pool comes from: an environment variable, or a file beside the histories of the user.</summary>
internal static class PoolKeyFile
{
    internal const string Variable = "FLOW_POOL_KEY";

    private const string FileName = "pool.key";

    /// <summary>The key; null for none.</summary>
    /// <exception cref="FlowException">It is none, or others can read it.</exception>
    internal static PoolKey? Find()
    {
        string path = Path.Combine(Histories.Home, FileName);
        return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Make(text, $"The environment variable {Variable}")
            : File.Exists(path) ? Make(Read(path), $"The file '{path}'")
            : null;
    }

    private static PoolKey Make(string text, string where) => PoolKey.IsKey(text) ? new PoolKey(text) : throw PoolErrors.InvalidKey(where, $"has less than {PoolKey.ShortestText} characters");

    private static string Read(string path)
    {
        if (PrivateFiles.CanOthersRead(path))
        {
            throw PoolErrors.InvalidKey($"The file '{path}'", "can be read by others than its owner: chmod 600");
        }

        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw PoolErrors.InvalidKey($"The file '{path}'", $"cannot be read: {exception.Message}");
        }
    }
}
