/*
 * result.c
 *	  The InitializationResult.
 */
#include "common/init/run.h"

#include <string.h>

#include "common/core/clock.h"
#include "common/core/names.h"

void
dbc_init_note(dbc_init_run *run, dbc_json_node *list, const char *object,
			  const char *message, const char *detail, const char *hint)
{
	dbc_json_node *note = dbc_json_object(run->host);

	DBC_PUT_TEXT(note, step, run->step);
	if (object)
		DBC_PUT_TEXT(note, object, object);
	DBC_PUT_TEXT(note, message, message);
	if (detail)
		DBC_PUT_TEXT(note, detail, detail);
	if (hint)
		DBC_PUT_TEXT(note, hint, hint);
	dbc_json_push(list, note);
}

/* Adds the error of the run, with the migration whose script has failed: after
 * the last one, the runner stores the schema. */
static void
note_error(dbc_init_run *run, const dbc_error *error)
{
	const dbc_migrate_step *failed =
		run->runs_scripts && run->runner.done < run->runner.nsteps
			? &run->runner.steps[run->runner.done]
			: NULL;
	const char *object = run->object;
	const char *detail = error->detail;

	if (failed)
		object =
			dbc_format(run->host, "migration %s", failed->migration->version);
	if (failed && !detail)
		detail = dbc_migrate_locate_error(run->host, failed->running, error);
	dbc_init_note(run, run->errors, object, error->message, detail,
				  error->hint);
}

/* Puts the result of dbseed_apply() into that of its step.  Passwords of a run
 * that was rolled back are those of no row. */
static void
put_seeds(dbc_init_run *run, bool stays)
{
	static const char *const kept[] = {"seeds", "problems"};
	dbc_json_node *node = dbc_json_object(run->host);
	dbc_value whole = dbc_json(run->seeds_result);
	const dbc_json_item *root;
	const char *problem;

	if (stays)
	{
		DBC_PUT_VALUE(run->seeds, result, &whole);
		return;
	}
	root = dbc_json_read(run->host, whole.text, strlen(whole.text), NULL, 0,
						 &problem);
	for (int i = 0; i < 2; i++)
	{
		dbc_value part = dbc_json(
			dbc_json_value_text(run->host, dbc_json_member(root, kept[i])));

		dbc_json_put_value(node, kept[i], &part);
	}
	DBC_PUT(run->seeds, result, node);
}

void
dbc_init_emit_result(dbc_init_run *run, const dbc_error *error)
{
	dbc_host *host = run->host;
	dbc_json_node *result = dbc_json_object(host);
	dbc_json_node *none = dbc_json_array(host);

	if (error)
	{
		note_error(run, error);
		host->failure = error->sqlstate;
	}
	if (run->seeds_result)
		put_seeds(run, !error && !run->dry_run);
	DBC_PUT_BOOL(result, success, !error);
	DBC_PUT_TEXT(result, name, run->manifest.name);
	DBC_PUT_TEXT(result, version, run->manifest.version);
	/* a run that fails undoes what its steps have done */
	DBC_PUT(result, steps_completed, error ? none : run->completed);
	DBC_PUT(result, steps_rolled_back, error ? run->completed : none);
	DBC_PUT(result, errors, run->errors);
	DBC_PUT(result, warnings, run->warnings);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - run->start) / 1000);
	DBC_PUT_TEXT(result, engine, host->engine_name);
	DBC_PUT_TEXT(result, environment,
				 dbc_setting_text(host, run->stored, DBC_SETTING_environment));
	DBC_PUT_BOOL(result, dry_run, run->dry_run);
	dbc_json_emit(host, result);
}
