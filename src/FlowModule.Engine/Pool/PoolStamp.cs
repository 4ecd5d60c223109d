namespace FlowModule.Engine.Pool;

/// <summary>What must be equal in a caller and its worker: work never reaches a worker with another stamp.</summary>
/// <param name="Build">The version of the wire and of the product: small letters, digits and hyphens.</param>
/// <param name="Key">The name of the key; null without one.</param>
internal sealed record PoolStamp(string Build, string? Key)
{
    private const char Separator = '.';

    internal static PoolStamp Parse(string text) => text.Split(Separator) is [var build, var key] ? new PoolStamp(build, key) : new PoolStamp(text, Key: null);

    /// <inheritdoc/>
    public override string ToString() => Key is null ? Build : $"{Build}{Separator}{Key}";
}
