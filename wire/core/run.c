/*
 * run.c
 *	  Running a script under the user's own settings.
 *
 * All statements of a script are sent at once, between those that change the
 * settings: a migration takes one round trip.  To Citus each is sent alone,
 * since it passes on the whole text that it gets.
 */
#include "wire/core/script.h"
#include "wire/core/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "wire/core/owned.h"
#include "wire/core/query.h"

/* A running script. */
typedef struct running
{
	const dbc_script *script;
	const bool *skip;
	const char *text; /* that is sent */
	size_t *starts;	  /* of each statement that runs, in text */
	int *numbers;	  /* of these, from 1 */
	int nstarts;
	size_t end;		  /* of the last one */
	int nbefore;	  /* statements before the first one */
	dbc_rows *rows;	  /* of the last statement that returned any, if wanted */
	int64_t affected; /* rows affected by the last statement */
	bool deferred;	  /* checks may have been deferred */
	bool dirty;		  /* settings may have been changed */
} running;

/* Statements about deferrable constraints; see the embedded statement. */
typedef enum deferral
{
	TO_IMMEDIATE,
	TO_DEFERRED
} deferral;

/* Whether a statement can defer constraint checks, or run any code that changes
 * settings.  DDL cannot; what an event trigger does for it is checked at the
 * end of the transaction at the latest. */
static bool
may_defer(const char *command)
{
	static const char *const never[] = {"ALTER ", "COMMENT", "CREATE ",
										"DROP ",  "GRANT",	 "REVOKE"};

	if (dbc_same(command, "CREATE TABLE AS"))
		return true;
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (dbc_starts_with(command, never[i]))
			return false;
	return true;
}

/* Appends statements, and counts them. */
static void
append_setting(dbc_buffer *text, running *r, const char *statements)
{
	dbc_lexeme at = dbc_scan_sql(statements, DBC_ON_POSTGRESQL);

	dbc_append(text, statements);
	for (; at.kind != DBC_LEX_END;
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
		r->nbefore += dbc_lexeme_is_symbol(&at, ";");
}

/* Makes the text to send. */
static void
compose(dbcw_host *h, running *r)
{
	const dbc_script *script = r->script;
	size_t count = (size_t) script->nstatements + 1;
	dbc_buffer text;

	r->starts = dbc_alloc(&h->base, count * sizeof(*r->starts));
	r->numbers = dbc_alloc(&h->base, count * sizeof(*r->numbers));
	dbc_buffer_init(&text, &h->base);
	append_setting(&text, r, dbcw_users_settings(h));
	dbc_append(&text, dbcw_path_of(h, script));
	r->nbefore += script->is_own || script->first_schema;
	/* as dbcpg_unpin_jit() */
	if (script->is_own)
		append_setting(&text, r, "set local jit = off;");
	if (script->has_places)
		append_setting(&text, r, "set local array_nulls = on;");
	if (script->role)
		append_setting(&text, r,
					   dbc_format(&h->base, "set local role %s;",
								  dbc_quote(&h->base, script->role)));
	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];

		if (r->skip && r->skip[i])
			continue;
		r->starts[r->nstarts] = text.length;
		r->numbers[r->nstarts++] = i + 1;
		dbc_append_format(&text, "%s\n;", s->text);
		r->dirty |= may_defer(s->command);
		r->deferred |= may_defer(s->command) && s->kind == DBC_STATEMENT_PLAIN;
	}
	r->end = text.length;
	/* the script has set any search_path; that of dbcare stays */
	if (script->role && r->dirty)
		dbc_append_format(&text, "set search_path = pg_catalog, pg_temp;%s",
						  dbcw_role_check(h, script->role));
	if (script->role)
		dbc_append(&text, "reset role;");
	dbc_append(&text, dbcw_own_settings(h, r->dirty || script->has_places));
	r->text = text.data;
}

/* ---- errors ---- */

/* The start of a character by its number, from 1. */
static const char *
character(const char *text, int number)
{
	for (; number > 1 && *text; number--)
	{
		size_t length = dbc_utf8_length(text, strlen(text));

		text += length > 0 ? length : 1;
	}
	return text;
}

/* Where in a statement an error is; NULL if that is unknown. */
static const char *
find_error(dbcw_host *h, const dbc_statement *s, const char *sent,
		   size_t before)
{
	const PGresult *result = h->connection->result;
	const char *position =
		dbcw_pq.PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *inner =
		dbcw_pq.PQresultErrorField(result, PG_DIAG_INTERNAL_POSITION);
	const char *query =
		dbcw_pq.PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY);
	const char *at;

	if (position && sent)
	{
		at = character(sent, atoi(position) - h->sent_before);
		return at >= sent + before &&
					   (size_t) (at - sent) - before <= strlen(s->text)
				   ? s->text + ((size_t) (at - sent) - before)
				   : NULL;
	}
	if (position)
		return character(s->text, atoi(position) - h->sent_before);
	at = inner && query ? strstr(s->text, query) : NULL;
	return at ? character(at, atoi(inner)) : NULL;
}

/* Errors that only separate transactions cure. */
static bool
needs_deploy(dbcw_host *h, const dbc_error *error)
{
	return h->base.function->class == DBC_WRITE &&
		   (dbc_same(error->sqlstate, "55006") ||
			dbc_same(error->sqlstate, "55P04") ||
			(dbc_same(error->sqlstate, DBCW_OUT_OF_MEMORY) && !h->passes));
}

void
dbcw_describe_failure(dbcw_host *h, const dbc_script *script, int statement_no,
					  const char *sent, size_t before, dbc_error *error)
{
	const dbc_statement *s = &script->statements[statement_no - 1];
	const char *at;
	const char *excerpt;

	dbcw_describe_result(h, error);
	if (!dbcw_is_connected(h))
		return;
	at = find_error(h, s, sent, before);
	error->statement_no = statement_no;
	error->line = s->line;
	if (at)
	{
		for (const char *c = s->text; c < at; c++)
			error->line += *c == '\n';
		error->column = dbc_column_of(s->text, at);
	}
	if (needs_deploy(h, error))
		error->hint =
			dbc_format(&h->base,
					   "%s%sdbmigrate_deploy() runs each migration in its own "
					   "transaction.",
					   error->hint ? error->hint : "", error->hint ? " " : "");
	error->context =
		dbc_describe_position(&h->base, script, statement_no, error->line);
	excerpt =
		dbc_excerpt(&h->base, script, statement_no, error->line, error->column);
	if (excerpt)
		error->context =
			dbc_format(&h->base, "%s\n%s", error->context, excerpt);
}

/* The statement that an error is about: the one that ran, or, for a text that
 * could not be parsed, the one at its position. */
static int
failed_statement(dbcw_host *h, const running *r, int number)
{
	const char *position = dbcw_pq.PQresultErrorField(
		h->connection->result, PG_DIAG_STATEMENT_POSITION);
	int found = number - r->nbefore;

	if (number <= 0 && position)
	{
		size_t offset =
			(size_t) (character(r->text, atoi(position) - h->sent_before) -
					  r->text);

		for (found = 0;
			 found + 1 < r->nstarts && r->starts[found + 1] <= offset;)
			found++;
	}
	return found >= 0 && found < r->nstarts ? found : -1;
}

/* Raises the error of a statement of the script. */
static _Noreturn void
fail_script(dbcw_host *h, const running *r, int number)
{
	int found = failed_statement(h, r, number);
	dbc_error error;
	bool passes;

	if (found < 0)
		dbcw_fail_result(h);
	dbcw_describe_failure(h, r->script, r->numbers[found], r->text,
						  r->starts[found], &error);
	passes = h->passes;
	h->error = error;
	h->passes = passes;
	dbcw_rethrow(h);
}

/* ---- running ---- */

static void
take_result(dbcw_host *h, void *arg, int number, PGresult *result)
{
	running *r = arg;
	int place = number - r->nbefore;

	if (place < 0 || place >= r->nstarts)
		return;
	if ((h->read_only || r->script->keeps_rows) &&
		dbcw_pq.PQnfields(result) > 0)
		r->rows = dbcw_copy_rows(h, result);
	r->affected = atoll(dbcw_pq.PQcmdTuples(result));
}

/* Sends a part of the text; as dbcw_run_simple(). */
static int
run_part(dbcw_host *h, running *r, size_t from, size_t to)
{
	int failed = dbcw_run_simple(
		h, dbc_copy(&h->base, r->text + from, to - from), take_result, r);

	/* positions are those of the whole text */
	for (const char *at = r->text; at < r->text + from; h->sent_before--)
		at = character(at, 2);
	return failed;
}

/* Sends each statement alone. */
static int
run_apart(dbcw_host *h, running *r)
{
	int before = r->nbefore;
	int failed = r->nstarts > 0 ? run_part(h, r, 0, r->starts[0]) : -1;

	for (int i = 0; i < r->nstarts && failed < 0; i++)
	{
		r->nbefore = -i;
		failed = run_part(h, r, r->starts[i],
						  i + 1 < r->nstarts ? r->starts[i + 1] : r->end);
	}
	if (failed >= 0)
		return failed;
	r->nbefore = before + r->nstarts; /* none is meant any more */
	return run_part(h, r, r->nstarts > 0 ? r->end : 0, strlen(r->text));
}

/* Checks deferred constraints by making them immediate, then restores the
 * default of those that are deferred; by name, see the embedded statement. */
static void
check_deferred(dbcw_host *h, const running *r)
{
	const dbc_rows *rows = dbc_query(&h->base, "core/deferred_constraints",
									 dbc_text(r->script->role));
	dbc_buffer text;

	if (dbc_is_null(&h->base, rows, 0, TO_IMMEDIATE))
		return;
	/* triggers of users may fire */
	dbc_buffer_init(&text, &h->base);
	dbc_append(&text, dbcw_users_settings(h));
	if (r->script->role)
		dbc_append_format(&text, "set local role %s;",
						  dbc_quote(&h->base, r->script->role));
	dbc_append_format(&text, "%s;",
					  dbc_get_text(&h->base, rows, 0, TO_IMMEDIATE));
	if (!dbc_is_null(&h->base, rows, 0, TO_DEFERRED))
		dbc_append_format(&text, "%s;",
						  dbc_get_text(&h->base, rows, 0, TO_DEFERRED));
	if (r->script->role)
		dbc_append(&text, "reset role;");
	dbc_append(&text, dbcw_own_settings(h, true));
	dbcw_run_own(h, text.data);
}

/* Why a statement cannot run in a script, or NULL.  A commit would end the
 * transaction of the call, and with it the guard that keeps a script from
 * writing. */
static const char *
find_reason(const dbc_statement *s, dbc_error *error)
{
	switch (s->kind)
	{
		case DBC_STATEMENT_TRANSACTION:
			if (s->sets_transaction)
				return NULL;
			/* FALLTHROUGH */
		case DBC_STATEMENT_BEGIN:
		case DBC_STATEMENT_COMMIT:
			error->sqlstate = "2D000";
			return "transaction statements cannot run inside a function";
		case DBC_STATEMENT_CLIENT:
			error->sqlstate = DBC_UNSUPPORTED;
			error->hint = "Use INSERT, or COPY from a file on the server.";
			return "COPY FROM STDIN and COPY TO STDOUT need a client";
		default:
			return NULL;
	}
}

static void
refuse_statements(dbcw_host *h, const running *r)
{
	const dbc_script *script = r->script;

	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];
		dbc_error error = {.statement_no = i + 1, .line = s->line};

		if (r->skip && r->skip[i])
			continue;
		error.message = find_reason(s, &error);
		if (!error.message)
			continue;
		error.context = dbc_describe_position(&h->base, script, i + 1, s->line);
		dbc_rethrow(&h->base, &error);
	}
}

const dbc_rows *
dbcw_run(dbc_host *host, const dbc_script *script, const bool *skip)
{
	dbcw_host *h = dbcw_of(host);
	running r = {.script = script, .skip = skip};
	dbc_rows *rows;
	int failed;

	refuse_statements(h, &r);
	dbcw_refuse_role_change(h, script);
	if (script->about && script->about->id != 0)
		dbcw_hold_table(h, script->about, script->about->id, !h->read_only);
	if (script->is_fix)
		dbcw_refuse_untrusted_repair(h, script);
	compose(h, &r);
	failed = h->connection->has_shards
				 ? run_apart(h, &r)
				 : dbcw_run_simple(h, r.text, take_result, &r);
	if (failed >= 0)
		fail_script(h, &r, failed);
	if (r.deferred && !h->read_only)
		check_deferred(h, &r);
	rows = r.rows ? r.rows : dbc_alloc(host, sizeof(*rows));
	rows->affected = r.affected;
	return rows;
}
