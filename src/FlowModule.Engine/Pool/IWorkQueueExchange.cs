namespace FlowModule.Engine.Pool;

/// <summary>A request for a page of a carrier, and the answer to it. It has types of .NET only, because a carrier is loaded apart from the server.</summary>
internal interface IWorkQueueExchange
{
    string Method { get; }

    /// <summary>The path below <see cref="PathBase"/>.</summary>
    string Path { get; }

    /// <summary>The path of all pages of the carrier.</summary>
    string PathBase { get; }

    /// <summary>The link that leads back from the pages.</summary>
    string Home { get; }

    /// <summary>Whether nothing may be changed: requests of the method POST are refused.</summary>
    bool IsReadOnly { get; }

    /// <summary>The header by which requests of a page prove that it comes from this server.</summary>
    string ProofHeader { get; }

    /// <summary>Its value for this visitor.</summary>
    string Proof { get; }

    string? ContentType { get; set; }

    int StatusCode { get; set; }

    /// <summary>Where the answer is written.</summary>
    Stream Body { get; }

    /// <summary>A value of the address; null if there is none.</summary>
    string? Query(string name);

    /// <summary>The values of a form.</summary>
    Task<IList<string>> Form(string name);

    /// <summary>The answer does not change before a time.</summary>
    void KeepUntil(DateTimeOffset time);
}
