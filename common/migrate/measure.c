/*
 * measure.c
 *	  [PG] dbmigrate_measure: runs the pending migrations statement by
 *	  statement, records the locks and rewrites of each, and rolls everything
 *	  back.
 *
 * Only relations that existed before count: no other session waits for new
 * ones. A lock is held until the transaction ends, so a statement's lock shows
 * only if it is stronger than those before.
 */
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/migrate/lint_step.h"
#include "common/migrate/run.h"
#include "common/migrate/sizes.h"

#include <stdlib.h>

#include "common/core/clock.h"
#include "common/core/sort.h"

/* A relation that existed before. */
typedef struct relation
{
	int64_t oid;
	const char *name;
	int64_t file;			 /* relfilenode, as last read */
	dbc_lint_lock_mode lock; /* the strongest held so far */
} relation;

typedef struct measure
{
	dbc_migrate_runner run;
	dbc_migrate_plan plan;
	relation *relations; /* by oid */
	int nrelations;
	dbc_json_node *statements;
	int64_t measured;
	dbc_json_node *error;
} measure;

/* ---- locks and files ---- */

static int
compare_oids(const void *left, const void *right)
{
	int64_t l = ((const relation *) left)->oid;
	int64_t r = ((const relation *) right)->oid;

	return (l > r) - (l < r);
}

/* Reads the relations that exist. */
static void
read_relations(measure *m)
{
	dbc_host *host = m->run.host;
	const dbc_rows *rows = dbc_query(host, "migrate/relations");

	m->nrelations = rows->nrows;
	m->relations =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(relation));
	for (int i = 0; i < rows->nrows; i++)
	{
		m->relations[i].oid = dbc_get_int(host, rows, i, 0);
		m->relations[i].name = dbc_get_text(host, rows, i, 1);
		m->relations[i].file = dbc_get_int(host, rows, i, 2);
	}
}

/* The lock of a mode of pg_locks: "AccessShareLock". */
static dbc_lint_lock_mode
lock_of_mode(const char *mode)
{
	static const char *const modes[] = {"",
										"AccessShareLock",
										"RowShareLock",
										"RowExclusiveLock",
										"ShareUpdateExclusiveLock",
										"ShareLock",
										"ShareRowExclusiveLock",
										"ExclusiveLock",
										"AccessExclusiveLock"};
	int lock = DBC_L_ACCESS_EXCLUSIVE;

	while (lock > DBC_L_NONE && !dbc_same(modes[lock], mode))
		lock--;
	return (dbc_lint_lock_mode) lock;
}

/* Adds what has changed since the last call: locks that are new or stronger,
 * and relations whose rows are in another file. */
static void
report_changes(measure *m, dbc_json_node *locks, dbc_json_node *rewritten)
{
	dbc_host *host = m->run.host;
	const dbc_rows *rows = dbc_query(host, "migrate/held_locks");

	for (int i = 0; i < rows->nrows; i++)
	{
		const relation key = {.oid = dbc_get_int(host, rows, i, 0)};
		const int64_t file = dbc_get_int_or(host, rows, i, 2, -1);
		const dbc_lint_lock_mode lock =
			lock_of_mode(dbc_get_text(host, rows, i, 1));
		relation *found = dbc_search(&key, m->relations, (size_t) m->nrelations,
									 sizeof(key), compare_oids);

		if (!found)
			continue;
		if (lock > found->lock)
		{
			dbc_json_node *node = dbc_json_object(host);

			DBC_PUT_TEXT(node, relation, found->name);
			DBC_PUT_TEXT(node, lock_level, dbc_lint_lock_mode_name(lock));
			dbc_json_push(locks, node);
			found->lock = lock;
		}
		if (file >= 0 && file != found->file)
		{
			dbc_json_push_text(rewritten, found->name);
			found->file = file;
		}
	}
}

/* ---- statements ---- */

/* A script whose statements run one by one, each after the settings before it.
 */
typedef struct one_call
{
	dbc_script script; /* up to the statement that runs */
	dbc_statement *statements;
	bool *skip; /* all but settings and the statement that runs */
} one_call;

static one_call
begin_script(dbc_host *host, const dbc_script *script)
{
	size_t count = (size_t) script->nstatements + 1;
	one_call call = {.script = *script,
					 .statements =
						 dbc_alloc(host, count * sizeof(dbc_statement)),
					 .skip = dbc_alloc(host, count * sizeof(bool))};

	for (int i = 0; i < script->nstatements; i++)
	{
		call.statements[i] = script->statements[i];
		call.skip[i] = script->statements[i].kind != DBC_STATEMENT_SETTING;
		if (script->statements[i].kind == DBC_STATEMENT_OUTSIDE)
			call.statements[i].text = script->statements[i].inside;
	}
	call.script.statements = call.statements;
	return call;
}

static void
run_guarded(dbc_host *host, void *arg)
{
	one_call *call = arg;

	dbc_run_script(host, &call->script, call->skip);
}

/* Runs a statement; false if it fails. */
static bool
run_one(dbc_host *host, one_call *call, int number, dbc_error *error)
{
	bool done;

	call->skip[number] = false;
	call->script.nstatements = number + 1;
	done = dbc_guard(host, run_guarded, call, DBC_KEEP, false, error);
	call->skip[number] = true;
	return done;
}

/* Why a statement is not measured; NULL if it is. */
static const char *
not_measured(const dbc_statement *statement)
{
	if (statement->kind != DBC_STATEMENT_OUTSIDE)
		return NULL;
	return statement->inside && *statement->inside
			   ? "The statement cannot run inside a transaction; later "
				 "statements were measured after running a variant that can."
			   : "The statement cannot run inside a transaction.";
}

/* Runs a statement and adds what it has locked and rewritten; false if it
 * fails. */
static bool
measure_statement(measure *m, const dbc_migrate_step *step, one_call *call,
				  int number)
{
	dbc_host *host = m->run.host;
	const dbc_statement *statement = &step->script->script.statements[number];
	const char *reason = not_measured(statement);
	dbc_json_node *node = dbc_json_object(host);
	dbc_json_node *locks = dbc_json_array(host);
	dbc_json_node *rewritten = dbc_json_array(host);
	int64_t start = dbc_microseconds();
	dbc_error error;

	if (!(reason && !(statement->inside && *statement->inside)) &&
		!run_one(host, call, number, &error))
	{
		m->error =
			dbc_migrate_describe_error(host, &step->script->script, &error);
		DBC_PUT_TEXT(m->error, version, step->migration->version);
		return false;
	}
	DBC_PUT_TEXT(node, version, step->migration->version);
	DBC_PUT_INT(node, statement_no, number + 1);
	DBC_PUT_TEXT(node, statement, statement->text);
	DBC_PUT_INT(node, duration_ms, (dbc_microseconds() - start) / 1000);
	report_changes(m, locks, rewritten);
	if (reason)
	{
		locks = dbc_json_array(host);
		rewritten = dbc_json_array(host);
	}
	else
		m->measured++;
	DBC_PUT_BOOL(node, measured, !reason);
	DBC_PUT_TEXT(node, reason, reason);
	DBC_PUT(node, locks, locks);
	DBC_PUT(node, rewritten, rewritten);
	dbc_json_push(m->statements, node);
	return true;
}

/* Runs the statements of a step except settings; false if one fails. */
static bool
measure_step(measure *m, const dbc_migrate_step *step)
{
	const dbc_migrate_prepared_script *prepared = step->script;
	one_call call;

	if (prepared->error)
	{
		m->error = dbc_migrate_describe_error(m->run.host, &prepared->script,
											  prepared->error);
		DBC_PUT_TEXT(m->error, version, step->migration->version);
		return false;
	}
	call = begin_script(m->run.host, &prepared->script);
	for (int i = 0; i < prepared->script.nstatements; i++)
	{
		if (prepared->skip[i] ||
			prepared->script.statements[i].kind == DBC_STATEMENT_SETTING)
			continue;
		if (!measure_statement(m, step, &call, i))
			return false;
	}
	return true;
}

/* Runs the whole plan, in a guard that undoes it. */
static void
measure_all(dbc_host *host, void *arg)
{
	measure *m = arg;

	read_relations(m);
	/* locks that the caller holds already do not count */
	report_changes(m, dbc_json_array(host), dbc_json_array(host));
	for (int i = 0; i < m->run.nsteps; i++)
	{
		dbc_migrate_progress(host, m->run.steps[i].migration->version, i,
							 m->run.nsteps);
		if (!measure_step(m, &m->run.steps[i]))
			return;
	}
	dbc_progress_end(host, m->run.nsteps);
}

/* dbmigrate_measure(target, options) */
DBC_RUN(dbmigrate_measure)
{
	measure m = {.run = {.host = host, .up = true}};
	dbc_json_node *result = dbc_json_object(host);
	const dbmigrate_measure_options *given;
	dbc_error error;

	dbc_refuse_options(host, args->target.text, "target");
	given = dbc_read_options(host, &args->options, dbmigrate_measure_options);
	dbc_require_confirmation(host, dbc_read_settings(host), given->confirm.text,
							 "locks the tables it changes",
							 "All changes are rolled back at the end, but "
							 "locks on the tables are held until then.");
	m.run.role = given->role.text;
	dbc_lock(host,
			 dbc_option_or(&given->lock_timeout_ms, DBC_MIGRATE_PROBE_MS));
	dbc_migrate_read_migrations(&m.run);
	dbc_migrate_refuse_modified(host, &m.run.list);
	m.plan = dbc_migrate_plan_up(host, &m.run.list, args->target.text,
								 given->allow_out_of_order.integer);
	dbc_migrate_take_steps(&m.run, &m.plan);
	dbc_migrate_refuse_large(host, m.run.steps, m.run.nsteps,
							 dbc_option_or(&given->max_mb, DBC_MIGRATE_MAX_MB));
	m.statements = dbc_json_array(host);
	if (!dbc_guard(host, measure_all, &m, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	DBC_PUT_BOOL(result, success, !m.error);
	DBC_PUT_INT(result, measured, m.measured);
	DBC_PUT(result, statements, m.statements);
	DBC_PUT(result, error, m.error);
	dbc_json_emit(host, result);
}
