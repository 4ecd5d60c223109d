namespace FlowModule.Wire;

/// <summary>The meaning of a frame. A new kind or a changed format needs a new <see cref="Greeting.Version"/>.</summary>
internal enum FrameKind : byte
{
    /// <summary>Child: connected; its version of the wire (see <see cref="Greeting"/>).</summary>
    Hello = 1,

    /// <summary>Parent: the description of your session.</summary>
    Session,

    /// <summary>Parent: these environment variables have changed.</summary>
    Environment,

    /// <summary>Parent: the named flows of my session.</summary>
    Flows,

    /// <summary>Parent: a flow and its closure, with a key.</summary>
    Work,

    /// <summary>Parent: forget the work with this key.</summary>
    Drop,

    /// <summary>Parent: execute this run.</summary>
    Run,

    /// <summary>Parent: stop this run.</summary>
    Stop,

    /// <summary>Child: my session is open.</summary>
    Ready,

    /// <summary>Child: the body starts. Until then, another child can execute the run.</summary>
    Started,

    /// <summary>Child: the body wrote a record to one of its streams.</summary>
    Record,

    /// <summary>Child: the run has ended, with this outcome.</summary>
    Ended,

    /// <summary>Parent: run this script for a tick of a scheduled flow.</summary>
    Instance,

    /// <summary>Child: from now on, mask this text in my output.</summary>
    Secret,

    /// <summary>Parent: I mask it.</summary>
    SecretKnown,

    /// <summary>Child: keep these rows in the history with this number, of runs that I execute inside of yours.</summary>
    History,

    /// <summary>Parent: they are kept, or this is why not.</summary>
    Recorded,

    /// <summary>Parent: I do not need you yet. Get ready for anybody's session.</summary>
    Warm,
}
