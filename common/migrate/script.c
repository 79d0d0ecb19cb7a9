/*
 * script.c
 *	  The script of a migration: reading, splitting, and which statements it
 *	  may contain.
 *
 * A migration runs inside the runner's transaction.  Files of many tools have
 * BEGIN ... COMMIT, around everything or several times, which are skipped; any
 * other transaction statement would break the promise that a failing call
 * changes nothing.
 */
#include "common/migrate/migrate.h"

#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"

/* Columns of ledger/texts.sql. */
enum
{
	T_UP,
	T_DOWN,
	T_VERIFY,
	T_UP_FILE,
	T_UP_LINE,
	T_DOWN_FILE,
	T_DOWN_LINE
};

typedef struct split_call
{
	const char *text;
	dbc_script *script;
} split_call;

static void
split(dbc_host *host, void *arg)
{
	split_call *call = arg;

	host->split(host, call->text, call->script);
}

/* Splits text; false with *error set if that fails. */
static bool
try_split(dbc_host *host, const char *text, dbc_script *script,
		  dbc_error *error)
{
	split_call call = {text, script};

	return dbc_guard(host, split, &call, DBC_KEEP, false, error);
}

bool
dbc_migrate_has_outside_statement(dbc_host *host, const char *text)
{
	dbc_script script = {.first_line = 1};
	dbc_error error;

	if (!try_split(host, text, &script, &error))
		return false;
	for (int i = 0; i < script.nstatements; i++)
		if (script.statements[i].kind == DBC_STATEMENT_OUTSIDE)
			return true;
	return false;
}

/* Fails for a statement that a migration must not contain. */
static _Noreturn void
refuse_statement(dbc_host *host, const dbc_script *script, int number,
				 const char *hint)
{
	const dbc_statement *s = &script->statements[number];

	dbc_fail(host, DBC_UNSUPPORTED,
			 dbc_describe_position(host, script, number + 1, s->line), hint,
			 "%s is not allowed in a migration", s->command);
}

/* Whether what a statement does ends with the transaction that it is in. */
static bool
ends_with_transaction(dbc_host *host, const dbc_statement *statement)
{
	const dbc_sql_place place = {.engine = host->engine};
	dbc_lexeme last = dbc_scan_sql(statement->text, host->engine);
	dbc_lexeme at = last;

	for (; at.kind != DBC_LEX_END; last = at, at = dbc_sql_next(&place, &at))
		if ((at.kind == DBC_LEX_WORD && at.length == strlen("set_config") &&
			 dbc_starts_with_nocase(at.text, "set_config")) ||
			(dbc_lexeme_is_one_of(&at, " local ") &&
			 dbc_lexeme_is_one_of(&last, " set ")) ||
			(dbc_lexeme_is_one_of(&at, " commit ") &&
			 dbc_lexeme_is_one_of(&last, " on ")))
			return true;
	return false;
}

/* Whether there are statements, but for settings, outside of the only pair of a
 * script, or several pairs. */
static bool
has_parts(const dbc_script *script, int first, int last, int count)
{
	for (int i = 0; i < script->nstatements; i++)
		if ((i < first || i > last) &&
			script->statements[i].kind != DBC_STATEMENT_SETTING)
			return true;
	return count > 2;
}

/*
 * Finds the transactions of a script: BEGIN and COMMIT by turns.  A script that
 * begins with COMMIT and ends with BEGIN leaves the transaction of its tool.
 * All of it is one transaction here, so what would end with one of several is
 * refused.
 */
static void
find_pairs(dbc_host *host, void *arg)
{
	dbc_migrate_prepared_script *prepared = arg;
	static const char hint[] =
		"dbcare runs all migrations of a call in one transaction; only pairs "
		"of BEGIN and COMMIT are allowed.";
	static const char lasting[] =
		"The script has several transactions, which run as one: write the "
		"statement so that its effect does not depend on where the first one "
		"ends.";
	const dbc_script *script = &prepared->script;
	int first = -1;
	int last = -1;
	int count = 0;

	for (int i = 0; i < script->nstatements; i++)
	{
		dbc_statement_kind kind = script->statements[i].kind;

		if (kind == DBC_STATEMENT_CLIENT)
			refuse_statement(host, script, i,
							 "Write the rows as INSERT statements: only a "
							 "client program can run the statement.");
		if (kind == DBC_STATEMENT_TRANSACTION ||
			((kind == DBC_STATEMENT_BEGIN || kind == DBC_STATEMENT_COMMIT) &&
			 count > 0 && script->statements[last].kind == kind))
			refuse_statement(host, script, i, hint);
		if (kind != DBC_STATEMENT_BEGIN && kind != DBC_STATEMENT_COMMIT)
			continue;
		first = first < 0 ? i : first;
		last = i;
		count++;
		prepared->skip[i] = true;
	}
	if (count == 0)
		return;
	if (count % 2 != 0)
		refuse_statement(host, script, last, hint);
	if (has_parts(script, first, last, count))
		for (int i = 0; i < script->nstatements; i++)
			if (ends_with_transaction(host, &script->statements[i]))
				refuse_statement(host, script, i, lasting);
	dbc_notice(host, "%s: BEGIN and COMMIT of the script are skipped",
			   script->label);
}

/* Marks a script as one that cannot run. */
static void
set_error(dbc_host *host, dbc_migrate_prepared_script *prepared,
		  const dbc_error *error)
{
	prepared->script.nstatements = 0;
	prepared->error = dbc_alloc(host, sizeof(*error));
	*prepared->error = *error;
}

static dbc_migrate_prepared_script *
read_script(dbc_host *host, const dbc_migration *migration, bool up)
{
	dbc_value version = dbc_text(migration->version);
	const dbc_rows *rows = dbc_query(host, "ledger/texts", version);
	const char *text = dbc_get_text(host, rows, 0, up ? T_UP : T_DOWN);
	dbc_migrate_prepared_script *prepared = dbc_alloc(host, sizeof(*prepared));
	dbc_script *script = &prepared->script;
	dbc_error error;

	script->label = dbc_format(host, "migration %s %s", migration->version,
							   up ? "up" : "down");
	script->file =
		dbc_get_text_or_null(host, rows, 0, up ? T_UP_FILE : T_DOWN_FILE);
	script->first_line =
		dbc_get_count(host, rows, 0, up ? T_UP_LINE : T_DOWN_LINE);
	prepared->text = script->text = text;
	prepared->verifiable = up && !dbc_is_null(host, rows, 0, T_VERIFY);
	if (!try_split(host, text, script, &error))
	{
		error.context =
			dbc_describe_position(host, script, error.statement_no, error.line);
		error.excerpt = dbc_excerpt(host, script, error.statement_no,
									error.line, error.column);
		set_error(host, prepared, &error);
	}
	prepared->skip = dbc_alloc(host, (size_t) script->nstatements + 1);
	return prepared;
}

dbc_migrate_prepared_script *
dbc_migrate_prepare_script(dbc_host *host, const dbc_migration *migration,
						   bool up)
{
	dbc_migrate_prepared_script *prepared = read_script(host, migration, up);

	find_pairs(host, prepared);
	return prepared;
}

dbc_migrate_prepared_script *
dbc_migrate_try_prepare_script(dbc_host *host, const dbc_migration *migration,
							   bool up)
{
	dbc_migrate_prepared_script *prepared = read_script(host, migration, up);
	dbc_error error;

	if (!dbc_guard(host, find_pairs, prepared, DBC_KEEP, false, &error))
		set_error(host, prepared, &error);
	return prepared;
}

/* The first statement that cannot run inside a transaction, or NULL. */
static const dbc_statement *
find_outside(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind == DBC_STATEMENT_OUTSIDE)
			return &script->statements[i];
	return NULL;
}

/* Fails for a statement that cannot run inside a transaction. */
static _Noreturn void
fail_outside(dbc_host *host, const dbc_script *script,
			 const dbc_statement *statement, const char *hint)
{
	dbc_fail(host, DBC_ACTIVE_TRANSACTION,
			 dbc_describe_position(host, script,
								   (int) (statement - script->statements) + 1,
								   statement->line),
			 hint, "%s cannot run inside a transaction", statement->command);
}

void
dbc_migrate_refuse_outside(dbc_host *host, const dbc_migration *migration,
						   const dbc_migrate_prepared_script *prepared, bool up)
{
	const dbc_statement *outside = find_outside(&prepared->script);
	const char *hint =
		up ? "Run the migration with dbmigrate_deploy()."
		   : "Roll the migration back with dbmigrate_deploy() and "
			 "{\"rollback\": true}.";

	if (outside)
		fail_outside(host, &prepared->script, outside, hint);
	if (!migration->transactional)
		dbc_fail(host, DBC_ACTIVE_TRANSACTION, NULL, hint,
				 "migration \"%s\" is marked to run outside a transaction",
				 migration->version);
}

/* Whether a script brings a BEGIN and a COMMIT. */
static bool
has_pair(const dbc_migrate_prepared_script *prepared)
{
	for (int i = 0; i < prepared->script.nstatements; i++)
		if (prepared->skip[i])
			return true;
	return false;
}

bool
dbc_migrate_must_run_outside(dbc_host *host, const dbc_migration *migration,
							 const dbc_migrate_prepared_script *prepared)
{
	const dbc_statement *outside = find_outside(&prepared->script);

	if (has_pair(prepared))
	{
		if (outside)
			fail_outside(host, &prepared->script, outside,
						 "Remove BEGIN and COMMIT from the script.");
		/* the script asks for one transaction, which it gets anyway */
		return false;
	}
	return outside || !migration->transactional;
}

void
dbc_migrate_run_script(dbc_host *host,
					   const dbc_migrate_prepared_script *prepared)
{
	if (prepared->error)
		dbc_rethrow(host, prepared->error);
	host->run(host, &prepared->script, prepared->skip);
}

bool
dbc_migrate_is_empty_script(const dbc_migrate_prepared_script *prepared)
{
	for (int i = 0; i < prepared->script.nstatements; i++)
		if (!prepared->skip[i])
			return false;
	return !prepared->error;
}

const char *
dbc_migrate_locate_error(dbc_host *host, const dbc_script *script,
						 const dbc_error *error)
{
	if (error->statement_no == 0)
		return NULL;
	return dbc_describe_position(host, script, error->statement_no,
								 error->line);
}

dbc_json_node *
dbc_migrate_describe_error(dbc_host *host, const dbc_script *script,
						   const dbc_error *error)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_value none = dbc_null();
	dbc_value number = dbc_int(error->statement_no);
	dbc_value line = dbc_int(error->line);

	dbc_json_put_text(node, "message", error->message);
	dbc_json_put_text(node, "detail", error->detail);
	dbc_json_put_text(node, "hint", error->hint);
	dbc_json_put_text(node, "context",
					  dbc_migrate_locate_error(host, script, error));
	dbc_json_put_text(node, "source",
					  dbc_excerpt(host, script, error->statement_no,
								  error->line, error->column));
	dbc_json_put_text(node, "sqlstate", error->sqlstate);
	dbc_json_put_value(node, "statement_no",
					   error->statement_no ? &number : &none);
	dbc_json_put_value(node, "line", error->line ? &line : &none);
	return node;
}

void
dbc_migrate_progress(dbc_host *host, const char *version, int64_t done,
					 int64_t total)
{
	dbc_progress(host, dbc_format(host, "migration %s", version), done, total);
}
