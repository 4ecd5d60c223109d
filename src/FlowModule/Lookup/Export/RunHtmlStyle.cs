namespace FlowModule.Lookup.Export;

/// <summary>How the page of a run looks, in light and in dark.</summary>
internal static class RunHtmlStyle
{
    internal const string Text =
        """

        :root { color-scheme: light dark; --line: #8884; --good: #2a8f4a; --bad: #c93636; --stopped: #b58105; --open: #3a78c9; }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 110em; padding: 0 1.5em; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; } small { font-weight: normal; opacity: .7; }
        main + main { border-top: 2px solid var(--line); margin-top: 3em; padding-top: 1em; }
        .reason { white-space: pre-wrap; border-left: .3em solid var(--line); padding-left: 1em; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2em 1.5em; }
        dt { opacity: .7; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 20em; overflow-y: auto; }
        table { border-collapse: collapse; width: 100%; }
        th { text-align: left; font-weight: 600; } th, td { padding: .2em .5em; border-bottom: 1px solid var(--line); vertical-align: top; }
        .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .time { width: 35%; }
        .badge { color: #fff; border-radius: .3em; padding: 0 .5em; font-size: 13px; font-weight: normal; vertical-align: middle; }
        .bar { display: block; height: .7em; margin-top: .4em; min-width: 2px; border-radius: 2px; box-sizing: border-box; }
        .good { background: var(--good); } .bad { background: var(--bad); } .stopped { background: var(--stopped); } .open { background: var(--open); }
        .log td { font: 13px/1.45 ui-monospace, Consolas, Menlo, monospace; white-space: nowrap; } .log .message { white-space: pre-wrap; overflow-wrap: anywhere; width: 99%; }
        .Error td { color: var(--bad); } .Warning td { color: var(--stopped); } .Verbose td, .Debug td { opacity: .6; } .state .message { font-style: italic; }
        footer { margin-top: 3em; opacity: .6; font-size: 13px; }

        """;
}
