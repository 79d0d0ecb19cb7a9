/*
 * verify.c
 *	  dbmigrate_verify: compares what was applied with what is registered, and
 *	  runs the verify_sql of applied migrations.
 */
#include "common/core/functions.h"
#include "common/migrate/migrate.h"

#include "common/core/tables.h"
#include "common/migrate/drift.h"

typedef struct verify_call
{
	dbc_script *script;
	const char *version;
	const dbc_rows *rows; /* of the last statement that returned any */
} verify_call;

/* Emits a finding. */
static void
emit_finding(dbc_host *host, const dbc_migration *migration,
			 const char *finding, const char *message)
{
	dbc_emit(host, dbc_text(migration->version), dbc_text(finding),
			 dbc_text(message));
}

/* Emits how the text of a migration has changed since it was applied. */
static void
emit_modified(dbc_host *host, const dbc_migration *migration)
{
	emit_finding(
		host, migration, "modified",
		dbc_format(host,
				   "the registered text is not the text that was applied:%s",
				   dbc_migrate_difference_of(host, migration->version)));
}

/* Splits and runs a verify script; a guard keeps it from writing and turns its
 * failure into a finding. */
static void
split_and_run(dbc_host *host, void *arg)
{
	verify_call *call = arg;

	if (call->version)
	{
		const dbc_rows *rows;

		dbc_migrate_require_own_text(
			host,
			dbc_migrate_foreign_texts(host, call->script->role, call->version),
			call->version);
		rows = dbc_query(host, "ledger/texts", dbc_text(call->version));

		call->script->text = dbc_get_text(host, rows, 0, 2);
	}
	dbc_split(host, call->script->text, call->script);
	call->rows = dbc_run_script(host, call->script, NULL);
}

/* Whether a value fails the check: false, zero or null. */
static bool
fails_check(dbc_value value)
{
	switch (value.kind)
	{
		case DBC_NULL:
			return true;
		case DBC_BOOL:
		case DBC_INT:
			return value.integer == 0;
		case DBC_REAL:
			return value.real == 0;
		default:
			return false;
	}
}

/* The last statement of a script that returned false. */
static dbc_error
describe_false(dbc_host *host, const dbc_script *script)
{
	int n = script->nstatements;

	return (dbc_error){.sqlstate = DBC_ASSERT_FAILURE,
					   .message = dbc_format(
						   host, "%s returned false, 0 or null", script->label),
					   .statement_no = n,
					   .line = script->statements[n - 1].line};
}

const char *
dbc_migrate_run_check(dbc_host *host, dbc_script *script, const char *version,
					  dbc_error *error)
{
	verify_call call = {.script = script, .version = version};

	/* before PostgreSQL 16 code can make a transaction that reads one that writes */
	if (!dbc_guard(host, split_and_run, &call, DBC_UNDO, true, error))
		return "verify_error";
	if (!call.rows || call.rows->ncols != 1)
		return NULL;
	for (int i = 0; i < call.rows->nrows; i++)
		if (fails_check(dbc_get_value(host, call.rows, i, 0)))
		{
			*error = describe_false(host, script);
			return "verify_failed";
		}
	return NULL;
}

/* The script of the verify_sql of a migration, before it is split. */
static dbc_script *
make_script(dbc_host *host, const dbc_migration *migration, const char *role)
{
	dbc_script *script = dbc_alloc(host, sizeof(*script));

	script->label =
		dbc_format(host, "verify_sql of migration %s", migration->version);
	script->first_line = 1;
	script->role = role;
	return script;
}

/* Fails if the verify_sql of a migration does. */
void
dbc_migrate_require_verified(dbc_host *host, const dbc_migration *migration,
							 const char *role, const dbc_script **running)
{
	dbc_script *script = make_script(host, migration, role);
	dbc_error error;

	*running = script;
	if (dbc_migrate_run_check(host, script, migration->version, &error))
		dbc_rethrow(host, &error);
}

/* Emits a finding on the log or on migrations in it. */
static void
emit_log_finding(dbc_host *host, const char *version, const char *finding,
				 const char *message)
{
	dbc_emit(host, dbc_text(version), dbc_text(finding), dbc_text(message));
}

static void
read_migrations(dbc_host *host, void *list)
{
	*(dbc_migrations *) list = dbc_migrate_describe_migrations(host);
}

static void
read_drift(dbc_host *host, void *drift)
{
	*(dbc_migrate_differences *) drift = dbc_migrate_find_drift(host);
}

/* Reads dbcare's tables; a damaged value in them becomes a finding, and the
 * result is false. */
static bool
try_to_read(dbc_host *host, void (*read)(dbc_host *, void *), void *what)
{
	dbc_error error;

	if (dbc_guard(host, read, what, DBC_KEEP, true, &error))
		return true;
	if (!dbc_same(error.sqlstate, DBC_CORRUPTED))
		dbc_rethrow(host, &error);
	dbc_emit(host, dbc_null(), dbc_text("bad_value"),
			 dbc_text(error.detail ? dbc_format(host, "%s. %s", error.message,
												error.detail)
								   : error.message));
	return false;
}

/* How far deploy came with a script. */
typedef struct interruption
{
	const dbc_migration *migration;
	dbc_ledger_progress progress;
} interruption;

/* Reads the interruption of a script. */
static void
read_interruption(dbc_host *host, void *arg)
{
	interruption *at = arg;

	at->progress = dbc_ledger_find_progress(host, at->migration->version);
}

/* Emits a script that deploy has begun and not finished. */
static void
verify_deployment(dbc_host *host, const dbc_migration *migration)
{
	interruption at = {.migration = migration};
	const dbc_ledger_progress *progress = &at.progress;

	if (try_to_read(host, read_interruption, &at) && progress->checksum &&
		dbc_same(progress->checksum, migration->checksum) &&
		(progress->statement_no > 1 || progress->begun))
		emit_finding(host, migration, "unfinished",
					 dbc_format(host,
								"statement %d of the script has not completed; "
								"dbmigrate_deploy() resumes there",
								progress->statement_no));
}

static void
emit_schema_drift(dbc_host *host)
{
	dbc_migrate_differences drift = {NULL, 0};

	(void) try_to_read(host, read_drift, &drift);
	for (int i = 0; i < drift.count; i++)
	{
		const dbc_migrate_difference *d = &drift.items[i];

		dbc_emit(host, dbc_null(), dbc_text("drift"),
				 dbc_text(dbc_format(host, "%s %s was %s outside migrations",
									 d->type, d->object, d->change)));
	}
}

/* Reads the unfinished rollbacks. */
static void
read_unfinished_rollbacks(dbc_host *host, void *arg)
{
	*(const dbc_rows **) arg = dbc_ledger_find_unfinished_rollbacks(host);
}

/* Emits the unfinished rollbacks. */
static void
verify_rollbacks(dbc_host *host)
{
	const dbc_rows *rows = NULL;
	int i;

	if (!try_to_read(host, read_unfinished_rollbacks, &rows))
		return;
	for (i = 0; i < rows->nrows; i++)
		dbc_emit(
			host, dbc_text(dbc_get_text(host, rows, i, 0)),
			dbc_text("unfinished"),
			dbc_text(dbc_format(
				host,
				"statement %lld of the down script has not completed; "
				"dbmigrate_deploy() with {\"rollback\": true} resumes there",
				(long long) dbc_get_int(host, rows, i, 1))));
}

/* dbmigrate_verify() */
DBC_RUN(dbmigrate_verify)
{
	dbc_migrations list = {.count = 0};
	dbc_error error;

	(void) try_to_read(host, read_migrations, &list);
	for (int i = 0; i < list.count; i++)
	{
		const dbc_migration *migration = &list.items[i];
		const char *finding = NULL;

		dbc_migrate_progress(host, migration->version, i, list.count);
		if (migration->state == DBC_MODIFIED)
			emit_modified(host, migration);
		if (migration->state == DBC_MISSING)
			emit_finding(host, migration, "missing",
						 "the migration is applied but no longer registered");
		if (migration->state == DBC_FAILED)
			verify_deployment(host, migration);
		if (migration->applied && migration->verifiable)
			finding =
				dbc_migrate_run_check(host, make_script(host, migration, NULL),
									  migration->version, &error);
		if (finding)
			emit_finding(host, migration, finding, error.message);
	}
	dbc_progress_end(host, list.count);
	verify_rollbacks(host);
	if (dbc_has_tables(host))
		dbc_ledger_verify_log(host, emit_log_finding);
	emit_schema_drift(host);
}
