/*
 * integrity.c
 *	  dbcheck_integrity: finds damage in tables, indexes and the catalog.
 */
#include "common/check/check.h"
#include "common/core/functions.h"

#include "common/core/text.h"

/* Columns of check/sql/integrity.sql. */
enum
{
	COLUMN_OBJECT,
	COLUMN_PROBLEM,
	COLUMN_SEVERITY,
	COLUMN_FIX_SQL,
	COLUMN_PROBE /* query to run separately, or null: returns problems and, if
					they concern another object, that object */
};

const char *const dbc_check_integrity_levels[] = {"quick", "full", NULL};

/* A limit on problems per object; SQLite reports no more either. */
#define MOST_ROWS 100

/* Files and pages that could not be read: each probe that reads one fails, and
 * it is reported with the first, that of its table or index. */
typedef struct failures
{
	const char **list;
	int count;
} failures;

static bool
is_known(dbc_host *host, failures *known, const dbc_error *error)
{
	if (!dbc_check_is_of_file(error))
		return false;
	for (int i = 0; i < known->count; i++)
		if (dbc_same(known->list[i], error->message))
			return true;
	known->list = dbc_grow(host, known->list, (size_t) known->count,
						   sizeof(*known->list));
	known->list[known->count++] = error->message;
	return false;
}

/* A query run in a guard. */
typedef struct query_call
{
	const char *probe;
	const char *found; /* by a probe of the host */
	bool full;
	int limit;
	const dbc_rows *rows;
} query_call;

static void
run_query(dbc_host *host, void *arg)
{
	query_call *call = arg;

	if (!call->probe)
		call->rows = dbc_query(host, "check/integrity", dbc_bool(call->full),
							   dbc_int(call->limit));
	else if (dbc_check_is_host_probe(call->probe))
		call->found = dbc_check_run_host_probe(host, call->probe);
	else
		call->rows = dbc_query_text(host, call->probe);
}

/* Describes the failure of a query: damage, or that the check failed. */
static dbc_check_damage
failure_of(const char *object, const char *fix_sql, const dbc_error *error)
{
	bool damaged = dbc_check_is_damage(error);

	return (dbc_check_damage){object, error->message,
							  damaged ? "critical" : "unknown",
							  damaged ? fix_sql : NULL};
}

static void
run_probe(dbc_host *host, const char *probe, dbc_check_damage damage,
		  failures *known, dbc_check_damage_found *found, void *arg)
{
	query_call call = {.probe = probe};
	dbc_error error;

	if (!dbc_guard(host, run_query, &call, DBC_UNDO, true, &error))
	{
		damage = failure_of(damage.object, damage.fix_sql, &error);
		if (!is_known(host, known, &error))
			found(host, &damage, arg);
		return;
	}
	if (call.found)
	{
		damage.problem = call.found;
		found(host, &damage, arg);
	}
	for (int i = 0; call.rows && i < call.rows->nrows; i++)
	{
		damage.problem = dbc_get_text_or_null(host, call.rows, i, 0);
		if (call.rows->ncols > 1)
			damage.object = dbc_get_text(host, call.rows, i, 1);
		if (damage.problem)
			found(host, &damage, arg);
	}
}

/* Reports the problems that a query returns. */
static void
pass_on(dbc_host *host, const dbc_rows *rows, dbc_check_damage_found *found,
		void *arg)
{
	failures known = {0};

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *probe = dbc_get_text_or_null(host, rows, i, COLUMN_PROBE);
		dbc_check_damage damage = {
			dbc_get_text(host, rows, i, COLUMN_OBJECT),
			dbc_get_text_or_null(host, rows, i, COLUMN_PROBLEM),
			dbc_get_text(host, rows, i, COLUMN_SEVERITY),
			dbc_get_text_or_null(host, rows, i, COLUMN_FIX_SQL)};

		if (!probe)
		{
			found(host, &damage, arg);
			continue;
		}
		dbc_progress(host, damage.object, i, rows->nrows);
		run_probe(host, probe, damage, &known, found, arg);
	}
	dbc_progress_end(host, rows->nrows);
}

/* Finds damage.  The damage can make the query itself fail: then the first
 * problem is reported, if that can be found, else the failure. */
void
dbc_check_find_damage(dbc_host *host, const dbc_option_value *level,
					  dbc_check_damage_found *found, void *arg)
{
	query_call call = {.full = !level->given || dbc_same(level->text, "full"),
					   .limit = MOST_ROWS};
	dbc_error error;
	dbc_check_damage failure;

	if (dbc_guard(host, run_query, &call, DBC_UNDO, true, &error))
	{
		pass_on(host, call.rows, found, arg);
		return;
	}
	failure = failure_of("database", NULL, &error);
	call.limit = 1;
	if (dbc_guard(host, run_query, &call, DBC_UNDO, true, &error) &&
		call.rows->nrows > 0)
		pass_on(host, call.rows, found, arg);
	else
		found(host, &failure, arg);
}

static void
emit_damage(dbc_host *host, const dbc_check_damage *damage, void *arg)
{
	(void) arg;
	dbc_emit(host, dbc_text(damage->object), dbc_text(damage->problem),
			 dbc_text(damage->severity), dbc_text(damage->fix_sql));
}

/* dbcheck_integrity(options) */
DBC_RUN(dbcheck_integrity)
{
	const dbcheck_integrity_options *given =
		dbc_read_options(host, &args->options, dbcheck_integrity_options);

	dbc_check_find_damage(host, &given->level, emit_damage, NULL);
}
