/*
 * run.c
 *	  Running the statements of a script.
 */
#include <string.h>

#include "sqlite_ext/call/query.h"
#include "sqlite_ext/call/script.h"
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/call/transaction.h"
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/sql/quotes.h"
#include "sqlite_ext/trust/unsafe.h"

#include "common/core/excerpt.h"
#include "common/core/script_retry.h"
#include "common/core/text.h"

typedef struct script_run
{
	const dbc_script *script;
	const bool *skip;
	int current; /* index of the current statement; number of statements at the
					end */
	int line;	 /* line of an error in the script ... */
	int column;	 /* ... and its place there, see core/excerpt.h */
	dbcsl_saved_settings *saved; /* settings to restore */
	const dbc_rows *before; /* orphans before; see dbcsl_set_foreign_keys */
	dbc_rows result;
} script_run;

/* Fails if a statement would write although it must not. */
static void
check_read_only(dbcsl_host *h, const dbc_statement *statement,
				sqlite3_stmt *prepared)
{
	if (!dbcsl_is_read_only(h))
		return;
	/* checked again once prepared: many PRAGMAs take effect before they run */
	if ((statement->kind != DBC_STATEMENT_PLAIN &&
		 statement->kind != DBC_STATEMENT_SETTING) ||
		statement->lock_level || !sqlite3_stmt_readonly(prepared))
		dbc_fail(&h->base, DBCSL_READ_ONLY, NULL, NULL,
				 "the script is not read-only");
}

/* Runs PRAGMA foreign_keys = value after SQLite has accepted it. */
static void
run_foreign_keys(dbcsl_host *h, script_run *run, const char *text,
				 const char *value)
{
	dbcsl_prepare(h, text);
	dbcsl_finalize_statement(h);
	dbcsl_set_foreign_keys(h, value, &run->before);
}

/* Saves the setting that a statement changes; returns true if the statement
 * need not be run. */
static bool
run_pragma(dbcsl_host *h, script_run *run, const dbc_statement *statement)
{
	dbcsl_pragma pragma;

	if (!dbcsl_parse_pragma(h, statement->text, &pragma))
		return false;
	if (pragma.effect == DBCSL_PRAGMA_EXPLAIN)
		dbc_fail(&h->base, DBC_UNSUPPORTED, NULL, NULL,
				 "a PRAGMA cannot be explained: SQLite would run it");
	if (pragma.effect == DBCSL_PRAGMA_HANDLER)
	{
		dbc_notice(&h->base,
				   "PRAGMA %s is skipped: it would replace a handler of the "
				   "application",
				   pragma.name);
		return true;
	}
	if (pragma.effect != DBCSL_PRAGMA_SETTING)
		return false;
	dbcsl_save_setting(h, &pragma, &run->saved);
	if (sqlite3_stricmp(pragma.name, "defer_foreign_keys") == 0)
		dbcsl_refuse_deferred(h, "defer_foreign_keys");
	if (sqlite3_stricmp(pragma.name, "foreign_keys") != 0)
		return false;
	run_foreign_keys(h, run, statement->text, pragma.value);
	return true;
}

/* Sets the place of a statement's syntax error. */
static void
find_syntax_error(dbcsl_host *h, script_run *run, const char *text)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	if (sqlite3_libversion_number() >= 3038000)
	{
		int offset = sqlite3_error_offset(h->db);

		/* one of a statement that this one has run is of another text */
		if (offset < 0 || (size_t) offset > strlen(text))
			return;
		run->line += dbc_line_of(text, text + offset) - 1;
		run->column = dbc_column_of(text, text + offset);
	}
#endif
	(void) h;
	(void) run;
	(void) text;
}

/* Whether a script is the statement of a backfill. */
static bool
is_backfill(const dbc_script *script)
{
	return script->has_places && !script->is_own;
}

/* Fails if a statement of dbcare would make the file call an unsafe function,
 * or a stored one calls it; the scripts of migrations are run by who applies
 * them. */
static void
refuse_unsafe(dbcsl_host *h, const dbc_script *script, const char *text)
{
	if (is_backfill(script))
		dbcsl_refuse_unsafe(h, text);
	if (is_backfill(script) || script->is_own || script->is_fix)
		dbcsl_refuse_unsafe_statement(h, text);
	else
		dbcsl_compare_functions(h);
}

/* Runs one statement. */
static void
run_statement(dbcsl_host *h, script_run *run, const dbc_statement *statement)
{
	bool keeps_rows = h->read_only || run->script->keeps_rows;
	const dbc_rows *rows;
	int code;

	check_read_only(h, statement, NULL);
	if (run_pragma(h, run, statement))
		return;
	refuse_unsafe(h, run->script, statement->text);
	DBCSL_CALL_HOOKS(run, h, statement);
	code = sqlite3_prepare_v2(h->db, statement->text, -1, &h->uncached, NULL);
	if (code != SQLITE_OK)
	{
		find_syntax_error(h, run, statement->text);
		dbcsl_fail_engine(h, code);
	}
	check_read_only(h, statement, h->uncached);
	dbcsl_refuse_parameters(h, h->uncached, 0);
	if (is_backfill(run->script))
		dbcsl_refuse_quoted_texts(h, statement->text);
	rows = dbcsl_run_prepared(h, keeps_rows);
	if (keeps_rows && rows->ncols > 0)
		run->result = *rows;
	run->result.affected = rows->affected;
	if (h->transaction != DBCSL_NO_TRANSACTION && sqlite3_get_autocommit(h->db))
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL, NULL,
				 "the statement has ended the transaction");
}

/* The same, as dbcsl_try() wants it. */
static void
run_current(dbc_host *host, void *arg)
{
	script_run *run = arg;

	run_statement(dbcsl_of(host), run, &run->script->statements[run->current]);
}

/* Runs the current statement, once more if what keeps it from running can be
 * put aside. */
static void
run_or_retry(dbcsl_host *h, script_run *run)
{
	const dbc_script_retry *retry = run->script->retry;
	dbc_error error;

	if (!retry)
	{
		run_current(&h->base, run);
		return;
	}
	if (dbcsl_try(h, run_current, run))
		return;
	error = h->error;
	if (!retry->put_aside(&h->base, &error))
	{
		h->error = error;
		dbcsl_rethrow(h);
	}
	run_current(&h->base, run);
	retry->put_back(&h->base);
}

/* Runs all statements, then checks foreign keys. */
static void
run_statements(dbc_host *host, void *arg)
{
	script_run *run = arg;
	dbcsl_host *h = dbcsl_of(host);

	for (; run->current < run->script->nstatements; run->current++)
	{
		const dbc_statement *statement = &run->script->statements[run->current];

		if (run->skip && run->skip[run->current])
			continue;
		run->line = statement->line;
		run->column = 0;
		run_or_retry(h, run);
	}
	dbcsl_verify_foreign_keys(h, run->before);
}

/* Adds the position in the script to h->error. */
static void
locate_error(dbcsl_host *h, const script_run *run)
{
	const dbc_script *script = run->script;
	dbc_error error = h->error;
	const char *place;

	if (run->current < script->nstatements)
	{
		place = dbc_describe_position(&h->base, script, run->current + 1,
									  run->line);
		error.statement_no = run->current + 1;
		error.line = run->line;
		error.column = run->column;
		error.excerpt = dbc_excerpt(&h->base, script, error.statement_no,
									error.line, error.column);
	}
	else
		place = dbc_format(&h->base, "In %s, after its last statement%s%s.",
						   script->label, script->file ? ", of " : "",
						   script->file ? script->file : "");
	error.context = place;
	h->error = error;
}

const dbc_rows *
dbcsl_run(dbc_host *host, const dbc_script *script, const bool *skip)
{
	dbcsl_host *h = dbcsl_of(host);
	script_run run = {.script = script, .skip = skip};
	bool done = dbcsl_try(h, run_statements, &run);
	dbc_rows *rows;

	dbcsl_hold_read_statement(h);
	dbcsl_restore_settings(h, run.saved);
	if (!done)
	{
		if (!dbcsl_is_unguarded_error(&h->error))
			locate_error(h, &run);
		dbcsl_rethrow(h);
	}
	dbcsl_refresh_read_statement(h);
	rows = dbcsl_alloc(host, sizeof(*rows));
	*rows = run.result;
	return rows;
}
