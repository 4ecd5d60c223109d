namespace FlowModule.Wire;

/// <summary>What a frame says. A new kind, or a new form of one, is a new <see cref="Greeting.Version"/>.</summary>
internal enum FrameKind : byte
{
    /// <summary>Child: I am here, and speak this version (see <see cref="Greeting"/>).</summary>
    Hello = 1,

    /// <summary>Parent: what your session is like.</summary>
    Session,

    /// <summary>Parent: these environment variables have changed.</summary>
    Environment,

    /// <summary>Parent: these flows have a name in my session.</summary>
    Flows,

    /// <summary>Parent: a flow and its closure, to be known by a key.</summary>
    Work,

    /// <summary>Parent: forget the work of this key.</summary>
    Drop,

    /// <summary>Parent: execute this run.</summary>
    Run,

    /// <summary>Parent: stop this run.</summary>
    Stop,

    /// <summary>Child: my session is open.</summary>
    Ready,

    /// <summary>Child: the body starts. Until then the run can be given to another child.</summary>
    Started,

    /// <summary>Child: the body wrote a record to one of its streams.</summary>
    Record,

    /// <summary>Child: the run has ended, and so.</summary>
    Ended,

    /// <summary>Parent: run this script for a time of a scheduled flow.</summary>
    Instance,

    /// <summary>Child: mask this text from now on in what comes from me.</summary>
    Secret,

    /// <summary>Parent: I mask it.</summary>
    SecretKnown,
}
