using System.Globalization;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// The writing of a batch as a function of the database: one statement, and one round trip with the transaction around it. Each table is written with one
/// statement, to which the rows are arrays.
/// </summary>
internal static class PgRecording
{
    /// <summary>
    /// Without a session it is a part of the transaction in which it is called. With one it is a transaction of its own: it takes the lock that all of them share, does nothing
    /// and returns false if numbers were removed that the caller may have cached, notes the commit, and tells those who watch runs.
    /// The function never changes: a later format adds another one.
    /// </summary>
    internal static readonly string Function =
        $"""
        CREATE FUNCTION record_runs(
            in_history bigint, in_numbers text, in_session uuid, in_commit bigint, in_channel text, in_name text,
            state_run uuid[], state_number bigint[], state_time bigint[], state_type bigint[], state_name text[], state_message text[], state_due bigint[],
            run_id uuid[], run_parent uuid[], run_root uuid[], run_kind bigint[], run_name text[], run_flow bigint[], run_process bigint[], run_created bigint[],
            run_started bigint[], run_ended bigint[], run_over bigint[], run_type bigint[], run_state text[], run_message text[], run_changed bigint[],
            run_due bigint[], run_attempt bigint[], run_errors bigint[], run_states bigint[], run_key bytea[], run_restart_of uuid[], run_schedule text[],
            run_tick bigint[], run_host text[],
            without_outcome uuid[], value_run uuid[], value_kind bigint[], value_text text[], value_note text[],
            without_hook uuid[], hook_run uuid[], hook_text text[],
            line_run uuid[], line_time bigint[], line_level bigint[], line_message text[])
        RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
            IF in_session IS NOT NULL THEN
                PERFORM pg_advisory_xact_lock_shared(in_history::int, {(int)SqlArea.Retention});
                IF in_numbers IS DISTINCT FROM (SELECT value FROM setting WHERE name = '{PgRunWriter.Numbers}') THEN
                    RETURN false;
                END IF;
            END IF;
            IF cardinality(state_run) > 0 THEN
                INSERT INTO state(run, number, time, type, name, message, due)
                SELECT * FROM unnest(state_run, state_number, state_time, state_type, state_name, state_message, state_due)
                {SqlProcesses.ReplaceState};
            END IF;
            IF cardinality(run_id) > 0 THEN
                INSERT INTO run(id, parent, root, kind, name, flow, process, created, started, ended, over, type, state, message, changed, due, attempt, errors, states, key, restart_of, schedule, tick, host)
                SELECT * FROM unnest(
                    run_id, run_parent, run_root, run_kind, run_name, run_flow, run_process, run_created, run_started, run_ended, run_over, run_type, run_state, run_message,
                    run_changed, run_due, run_attempt, run_errors, run_states, run_key, run_restart_of, run_schedule, run_tick, run_host)
                ON CONFLICT(id) DO UPDATE SET
                    process = excluded.process, started = coalesce(run.started, excluded.started), ended = excluded.ended, over = excluded.over,
                    type = excluded.type, state = excluded.state, message = excluded.message, changed = excluded.changed, due = excluded.due,
                    attempt = excluded.attempt, errors = excluded.errors, states = excluded.states, host = excluded.host
                    WHERE excluded.states >= run.states;
            END IF;
            IF cardinality(without_outcome) > 0 THEN
                DELETE FROM value WHERE run = ANY(without_outcome) AND kind IN ({(int)RunValue.Result}, {(int)RunValue.Error}, {(int)RunValue.ErrorDetails});
            END IF;
            IF cardinality(value_run) > 0 THEN
                INSERT INTO value(run, kind, text, note) SELECT * FROM unnest(value_run, value_kind, value_text, value_note)
                ON CONFLICT(run, kind) DO UPDATE SET text = excluded.text, note = excluded.note;
            END IF;
            IF cardinality(without_hook) > 0 THEN
                DELETE FROM hook WHERE run = ANY(without_hook);
            END IF;
            IF cardinality(hook_run) > 0 THEN
                INSERT INTO hook(run, text) SELECT * FROM unnest(hook_run, hook_text) ON CONFLICT(run) DO UPDATE SET text = excluded.text;
            END IF;
            IF cardinality(line_run) > 0 THEN
                -- Others see lines in the order of their numbers, which are taken in this order.
                PERFORM pg_advisory_xact_lock(in_history::int, {PgLocks.Log});
                INSERT INTO log(run, time, level, message)
                SELECT of, at, rank, words FROM unnest(line_run, line_time, line_level, line_message) WITH ORDINALITY AS line(of, at, rank, words, place) ORDER BY place;
            END IF;
            IF in_session IS NOT NULL THEN
                PERFORM note_commit(in_session, in_commit);
                PERFORM pg_notify(in_channel, in_name) WHERE {PgNews.IsWatched};
            END IF;
            RETURN true;
        END $$;
        """;

    private const int Parameters = 49;

    /// <summary>The call, to which all of them are values.</summary>
    internal static readonly string Call =
        $"SELECT record_runs({string.Join(", ", Enumerable.Range(1, Parameters).Select(static number => string.Create(CultureInfo.InvariantCulture, $"${number}")))})";
}
