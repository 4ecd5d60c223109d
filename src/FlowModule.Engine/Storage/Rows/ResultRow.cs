namespace FlowModule.Engine.Storage.Rows;

/// <summary>A stored result. How long is by the clock of the store.</summary>
/// <param name="Number">Its number, which no other result ever has.</param>
/// <param name="Left">How long it is still valid; zero or less if it has expired. Null: until the space is needed.</param>
/// <param name="Unused">How long it has not been used.</param>
/// <param name="Text">The encoded result; null if the result is null, or if the reader has this result already.</param>
internal sealed record ResultRow(long Number, TimeSpan? Left, TimeSpan Unused, string? Text)
{
    internal bool IsValid => Left is not { } left || left > TimeSpan.Zero;
}

/// <summary>A result that is to be stored.</summary>
/// <param name="About">The key as people read it.</param>
/// <param name="Text">The encoded result; null if the result is null.</param>
/// <param name="Expiration">How long it is valid. Zero or less: only for those who wait now. Null: until the space is needed.</param>
internal sealed record NewResult(string About, string? Text, TimeSpan? Expiration);

/// <summary>What the store has for a key.</summary>
/// <param name="Row">The result, or null.</param>
/// <param name="Claimant">The process that computes the key, or null.</param>
internal sealed record ResultState(ResultRow? Row, long? Claimant)
{
    /// <summary>The claim of the process that has asked: it computes the key. Zero if it does not.</summary>
    internal long Claim { get; init; }
}
