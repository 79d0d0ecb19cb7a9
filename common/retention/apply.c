/*
 * apply.c
 *	  dbarchive_apply: running the retention policies.
 *
 * Nothing is saved but what was done: rows that are left are found again.
 */
#include "common/retention/policy.h"

#include <string.h>

#include "common/archive/packed.h"
#include "common/archive/purge.h"
#include "common/archive/stays.h"
#include "common/check/user_table.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/retry.h"
#include "common/core/rights.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/row/held.h"

/* How long a transaction that writes a file may take by default. */
#define PACKED_BATCH_MS 500

static const char changed_meanwhile[] =
	"the policy was changed or removed while it was to be applied";

/* Columns of retention/policies.sql. */
enum
{
	P_ID,
	P_TABLE,
	P_NAME,
	P_OPTIONS,
	P_CREATED_AT,
	P_CREATED_BY,
	P_STARTED_AT,
	P_FINISHED_AT,
	P_ROWS,
	P_ERROR,
	P_AUTHOR
};

/* An action that runs. */
typedef struct action_run
{
	int64_t policy;
	const char *table_name;
	const char *name;
	const char *stored; /* its options */
	const char *author; /* role that has stored it, or NULL */
	const dbarchive_apply_options *given;
	dbc_archive_moved moved; /* for all policies */
	dbc_policy_rows rows;
	int64_t count;			 /* rows dealt with so far */
	const char *error;		 /* that is not stored */
	dbc_json_node *unlisted; /* files of rows that were not archived, or NULL */
	dbc_json_node *result;	 /* of the action */

	/* live rows */
	dbc_batch_table keys;
	char *place; /* rows up to it are done; empty: none */
	const char *end;
	char *kept_place; /* of the last batch ... */
	int64_t kept_count;
	bool copied;
	int partition; /* the next one, if they go as a whole */
	dbc_batch_run run;

	dbc_archive_purge purge;
} action_run;

/* The period given for this run, or that of the policy; or NULL. */
static const dbc_option_value *
period(const action_run *a)
{
	const dbarchive_apply_options *given = a->given;
	const dbc_option_value *overrides[] = {
		&given->archive_after_days, &given->delete_after_days,
		&given->anonymise_after_days, &given->purge_deleted_after_days};
	const dbc_option_value *own =
		dbc_retention_period(a->rows.options, a->rows.action);

	if (!own->given)
		return NULL;
	return overrides[a->rows.action]->given ? overrides[a->rows.action] : own;
}

/* ---- live rows ---- */

/* Whether rows are archived in files. */
static bool
is_packed(const action_run *a)
{
	return a->rows.action == DBC_POLICY_ARCHIVE &&
		   a->rows.options->to_directory.given;
}

/* The table, with whose owner's rights the policy runs: its author must have
 * them, in each transaction. */
static const dbc_relation *
find_table(dbc_host *host, const action_run *a)
{
	const dbc_relation *table = dbc_resolve(host, a->table_name);

	dbc_require_author(
		host,
		&(dbc_stored){.what = dbc_format(host, "policy \"%s\"", a->name),
					  .author = a->author,
					  .hint = "Read the policy, then call dbarchive_policy() "
							  "as the owner of the table."},
		table);
	return table;
}

/* Prepares an action; for dbc_guard(). */
static void
prepare(dbc_host *host, void *arg)
{
	action_run *a = arg;
	const char *place;

	a->rows.table = find_table(host, a);
	dbc_retention_require_columns(host, a->rows.table, a->policy, a->name,
								  a->rows.options);
	dbc_archive_visit_family(host, a->rows.table, dbc_row_find_held);
	dbc_retention_prepare(host, &a->rows);
	if (a->rows.partitions)
		dbc_retention_count_partitions(host, &a->rows);
	if (a->given->dry_run.integer || a->rows.partitions)
		return;
	if (is_packed(a))
		a->unlisted = dbc_archive_packed_unlisted(
			host, a->rows.table, a->rows.options->to_directory.text);
	dbc_retention_make_target(host, &a->rows);
	a->keys = dbc_batch_read_table(host, a->table_name);
	if (!dbc_batch_find_span(host, &a->keys,
							 dbc_quote(host, a->rows.table->name), a->rows.age,
							 &place, &a->end))
		return;
	dbc_archive_save_place(host, a->place, a->table_name, place);
}

/* Stores what an action has done so far; false if the policy was changed or
 * removed. */
static bool
note(dbc_host *host, const action_run *a, bool ended, const char *error)
{
	return dbc_query(host, "archive/policy_note", dbc_int(a->policy),
					 dbc_text(dbc_retention_actions[a->rows.action]),
					 dbc_int(a->count), dbc_bool(ended), dbc_text(error))
			   ->affected > 0;
}

/* Stores what a batch has done, or fails, so that a policy that was changed or
 * removed does nothing more. */
static void
note_batch(dbc_host *host, const action_run *a, bool ended, const char *error)
{
	if (!note(host, a, ended, error))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, changed_meanwhile);
}

/* Keeps how far the action is; see batch/batch.h. */
static void
keep(dbc_batch_run *run, bool restore)
{
	action_run *a = run->arg;

	strcpy(restore ? a->place : a->kept_place,
		   restore ? a->kept_place : a->place);
	*(restore ? &a->count : &a->kept_count) =
		restore ? a->kept_count : a->count;
}

/* Runs the action on the next range. */
static void
step(dbc_host *host, dbc_batch_run *run)
{
	action_run *a = run->arg;
	const char *place = a->place[0] ? a->place : NULL;
	const char *next;
	const char *last;

	if (!a->end)
	{
		run->over = true;
		note_batch(host, a, true, NULL);
		return;
	}
	dbc_exclude(host, DBC_X_HOLDS);
	dbc_retention_lock(host, &a->rows);
	(void) find_table(host, a);
	next = dbc_batch_nth_place(host, &a->keys, place, a->end, run->rows);
	last = next ? next : a->end;
	run->done = next ? run->rows : 1;
	a->count += dbc_retention_run(
		host, &a->rows,
		dbc_batch_range(host, &a->keys, dbc_quote(host, a->rows.table->name),
						place, last),
		dbc_batch_range(host, &a->keys, "dbcare_target", place, last),
		&a->copied);
	if (a->copied)
	{
		run->done = 0; /* the same range again: keep its number of rows */
		return;
	}
	run->over = next == NULL;
	note_batch(host, a, run->over,
			   run->over ? dbc_retention_explain_left(host, &a->rows, a->count)
						 : NULL);
	dbc_archive_save_place(host, a->place, a->table_name, next);
}

/* Runs the action on the next partition. */
static void
step_partition(dbc_host *host, dbc_batch_run *run)
{
	action_run *a = run->arg;

	dbc_exclude(host, DBC_X_HOLDS);
	(void) find_table(host, a);
	run->done = 1;
	run->over =
		!dbc_retention_run_partition(host, &a->rows, a->partition, &a->count);
	a->partition++;
	note_batch(host, a, run->over, NULL);
}

/* Stores why an action has ended early. */
static void
stop(dbc_host *host, dbc_batch_run *run, const char *error)
{
	action_run *a = run->arg;

	if (!note(host, a, true, error ? error : "stopped by max_seconds"))
		a->error = changed_meanwhile;
}

/* ---- actions ---- */

/* A transaction of an action besides its batches. */
typedef struct transaction
{
	action_run *a;
	void (*prepare)(dbc_host *host, void *a);
	bool is_last; /* a conflict with another session is its failure */
	bool begun;
} transaction;

/* Runs fn in a transaction, again after a conflict with another session. */
static void
transact(dbc_host *host, void (*fn)(dbc_host *, void *), transaction *t)
{
	dbc_error error;

	for (int64_t attempt = 1;; dbc_commit(host, dbc_retry_pause(attempt)))
	{
		t->is_last = attempt++ > t->a->run.retries;
		if (dbc_guard(host, fn, t, DBC_KEEP, false, &error))
			break;
		if (t->is_last || !dbc_is_transient(&error))
			dbc_rethrow(host, &error);
	}
	dbc_commit(host, 0);
}

/* Prepares an action; stores that it has begun, or why that fails. */
static void
try_begin(dbc_host *host, void *arg)
{
	transaction *t = arg;
	action_run *a = t->a;
	dbc_error error;

	dbc_batch_renew(host, a->run.work);
	if (dbc_query(host, "retention/policy_begin", dbc_int(a->policy),
				  dbc_text(dbc_retention_actions[a->rows.action]),
				  dbc_text(a->stored))
			->affected == 0)
	{
		a->error = changed_meanwhile;
		return;
	}
	t->begun = dbc_guard(host, t->prepare, a, DBC_KEEP, false, &error);
	if (t->begun)
		return;
	if (dbc_is_transient(&error) && !t->is_last)
		dbc_rethrow(host, &error);
	note(host, a, true, dbc_batch_error(host, &error));
}

/* Begins an action; false if that fails, which is stored. */
static bool
begin(dbc_host *host, action_run *a, void (*fn)(dbc_host *, void *))
{
	transaction t = {.a = a, .prepare = fn};

	transact(host, try_begin, &t);
	return t.begun;
}

/* Runs an action on live rows; a failure is stored, and others run
 * nevertheless. */
static void
execute(dbc_host *host, action_run *a)
{
	a->place = dbc_archive_new_place(host);
	a->kept_place = dbc_alloc(host, DBC_ARCHIVE_PLACE_MAX);
	if (!begin(host, a, prepare))
		return;
	a->run.step = a->rows.partitions ? step_partition : step;
	a->run.stop = stop;
	a->run.table = a->rows.table;
	a->run.arg = a;
	a->run.survives = true;
	a->run.keep =
		a->rows.partitions || a->rows.is_apart || is_packed(a) ? NULL : keep;
	/* a file for each transaction */
	if (is_packed(a) && !a->given->batch_ms.given)
		a->run.batch_ms = PACKED_BATCH_MS;
	dbc_batch_execute(host, &a->run);
}

/* What an action would do; for dbc_guard(). */
static void
preview(dbc_host *host, void *arg)
{
	action_run *a = arg;

	prepare(host, a);
	(a->rows.partitions ? dbc_retention_preview_partitions
						: dbc_retention_preview)(host, &a->rows, a->result);
}

/* Purges what is deleted, or says what that would delete; for dbc_guard(). */
static void
preview_purge(dbc_host *host, void *arg)
{
	action_run *a = arg;
	dbc_archive_purge p = {.table = find_table(host, a), .moved = a->moved};

	dbc_archive_read_purge(host, &p, a->rows.days);
	dbc_archive_preview_purge(host, &p, a->result);
}

static void
read_purge(dbc_host *host, void *arg)
{
	action_run *a = arg;

	a->purge.table = find_table(host, a);
	dbc_archive_read_purge(host, &a->purge, a->rows.days);
}

/* Stores that an action has ended. */
static void
end_purge(dbc_host *host, void *arg)
{
	action_run *a = ((transaction *) arg)->a;

	if (!note(host, a, true, NULL))
		a->error = changed_meanwhile;
}

static void
execute_purge(dbc_host *host, action_run *a)
{
	a->purge = (dbc_archive_purge){
		.moved = a->moved, .policy = a->policy, .run = a->run};
	if (!begin(host, a, read_purge))
		return;
	a->purge.run.survives = true;
	dbc_archive_execute_purge(host, &a->purge);
	a->count = a->purge.done.rows;
	dbc_archive_put_left(host, &a->purge, a->result);
	if (!a->purge.failed)
		transact(host, end_purge, &(transaction){.a = a});
}

/* Adds the outcome of an action to the results. */
static void
add_result(dbc_host *host, action_run *a, dbc_json_node *results,
		   int64_t *failed)
{
	const dbc_value *ended;

	dbc_json_push(results, a->result);
	if (a->unlisted && dbc_json_length(a->unlisted) > 0)
		DBC_PUT(a->result, unlisted, a->unlisted);
	if (a->given->dry_run.integer || a->error)
	{
		*failed += a->error != NULL;
		if (!a->given->dry_run.integer)
			DBC_PUT_INT(a->result, rows, a->count);
		DBC_PUT_TEXT(a->result, error, a->error);
		return;
	}
	ended = dbc_get_row(
		host,
		dbc_query(host, "retention/policy_outcome", dbc_int(a->policy),
				  dbc_text(dbc_retention_actions[a->rows.action])),
		0, "iT");
	*failed += ended[1].kind != DBC_NULL;
	DBC_PUT_INT(a->result, rows, ended[0].integer);
	DBC_PUT_TEXT(a->result, error,
				 ended[1].kind == DBC_NULL ? NULL : ended[1].text);
}

/* The seconds that are left of the limit of the call. */
static int64_t
left_of(const dbc_batch_run *call)
{
	int64_t passed = (dbc_microseconds() - call->started) / 1000000;

	return passed < call->max_seconds ? call->max_seconds - passed : 0;
}

/* Runs the actions of a policy. */
static void
apply(dbc_host *host, const action_run *of_call, const dbc_rows *policies,
	  int row, dbc_json_node *results, int64_t *failed)
{
	const dbarchive_policy_options *options =
		dbc_retention_read(host, dbc_get_json(host, policies, row, P_OPTIONS));

	for (int i = 0; i < DBC_POLICY_NACTIONS; i++)
	{
		action_run a = *of_call;
		bool is_purge = i == DBC_POLICY_PURGE;
		dbc_error error;

		a.policy = dbc_get_int(host, policies, row, P_ID);
		a.table_name = dbc_get_text(host, policies, row, P_TABLE);
		a.name = dbc_get_text(host, policies, row, P_NAME);
		a.stored = dbc_get_json(host, policies, row, P_OPTIONS);
		a.author = dbc_get_text_or_null(host, policies, row, P_AUTHOR);
		a.rows.options = options;
		a.rows.action = i;
		if (!period(&a))
			continue;
		if (a.run.max_seconds > 0)
			a.run.max_seconds = left_of(&of_call->run);
		a.rows.days = period(&a)->integer;
		a.result = dbc_json_object(host);
		DBC_PUT_TEXT(a.result, table_name, a.table_name);
		DBC_PUT_TEXT(a.result, name, a.name);
		DBC_PUT_TEXT(a.result, action, dbc_retention_actions[i]);
		if (!a.given->dry_run.integer)
			(is_purge ? execute_purge : execute)(host, &a);
		else if (!dbc_guard(host, is_purge ? preview_purge : preview, &a,
							DBC_UNDO, false, &error))
			a.error = dbc_batch_error(host, &error);
		add_result(host, &a, results, failed);
	}
}

/* The policies of a call. */
typedef struct policies_call
{
	action_run *run; /* what all of them have */
	const dbc_rows *policies;
	dbc_json_node *results;
	int64_t failed;
} policies_call;

static void
apply_all(dbc_host *host, policies_call *c)
{
	for (int i = 0; i < c->policies->nrows; i++)
	{
		dbc_progress(host, dbc_get_text(host, c->policies, i, P_TABLE), i,
					 c->policies->nrows);
		apply(host, c->run, c->policies, i, c->results, &c->failed);
	}
	dbc_progress_end(host, c->policies->nrows);
}

static void
list_moved(dbc_host *host, void *arg)
{
	action_run *of_call = arg;

	of_call->moved = dbc_archive_list_moved(host);
}

/* Follows the schema once for all policies; if that fails, each purge fails for
 * the reason. */
static void
try_list_moved(dbc_host *host, void *arg)
{
	transaction *t = arg;
	dbc_error error;

	if (!dbc_guard(host, list_moved, t->a, DBC_KEEP, false, &error) &&
		dbc_is_transient(&error) && !t->is_last)
		dbc_rethrow(host, &error);
}

/* Says what the policies would do. */
static void
preview_all(dbc_host *host, void *arg)
{
	policies_call *c = arg;

	try_list_moved(host, &(transaction){.a = c->run, .is_last = true});
	apply_all(host, c);
}

/* dbarchive_apply(options) */
DBC_RUN(dbarchive_apply)
{
	const dbarchive_apply_options *given =
		dbc_read_options(host, &args->options, dbarchive_apply_options);
	const dbc_setting_values *settings = dbc_read_settings(host);
	action_run of_call = {
		.given = given,
		.run = {.work = DBC_ARCHIVE_POLICIES,
				.batch_ms = dbc_option_or(&given->batch_ms, 50),
				.pause_ms = dbc_option_or(&given->pause_ms, -1),
				.max_seconds = dbc_option_or(&given->max_seconds, -1),
				.max_lag_bytes =
					dbc_option_or(&given->max_lag_mb, -1) * 1048576,
				.retries =
					dbc_setting_int(host, settings, DBC_SETTING_lock_retries),
				.started = dbc_microseconds()}};
	dbc_value table = dbc_text(given->relation.text);
	dbc_json_node *result = dbc_json_object(host);
	policies_call c = {.run = &of_call, .results = dbc_json_array(host)};
	dbc_error error;

	if (given->relation.given)
		table = dbc_text(dbc_check_user_table(host, &table)->shown);
	dbc_need_tables(host);
	c.policies = dbc_query(host, "retention/policies", table,
						   dbc_text(given->name.text));
	if (c.policies->nrows == 0 && (given->relation.given || given->name.given))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_policies() lists the policies.",
				 "there is no such policy");
	if (!given->dry_run.integer)
	{
		dbc_require_confirmation(host, settings, given->confirm.text,
								 "deletes rows for good", NULL);
		dbc_batch_lock(host, of_call.run.work, "retention policies are",
					   "Wait until that call ends; dbcare_progress() shows how "
					   "far it is.");
		host->one_snapshot = true;
		host->lock_timeout_ms = of_call.run.batch_ms;
		dbc_commit(host, 0);
		transact(host, try_list_moved, &(transaction){.a = &of_call});
		apply_all(host, &c);
	}
	else if (!dbc_guard(host, preview_all, &c, DBC_UNDO, false, &error))
		dbc_rethrow(host, &error);
	DBC_PUT(result, policies, c.results);
	if (given->orphans.given)
		dbc_retention_repair_orphans(host, given, result, &c.failed);
	DBC_PUT_INT(result, failed, c.failed);
	DBC_PUT_BOOL(result, dry_run, given->dry_run.integer);
	if (given->vacuum.integer)
		dbc_retention_vacuum(host, given, result);
	dbc_json_emit(host, result);
}
