/*
 * script.c
 *	  The script of a migration: reading, splitting, and which statements it
 *	  may contain.
 *
 * A migration runs inside the runner's transaction.  Files of many tools have
 * BEGIN ... COMMIT, around everything or several times.  Where all of a script
 * is one transaction they are skipped; dbmigrate_deploy() runs a script that
 * has several part by part, see script_parts.c.  Any other transaction statement
 * would break the promise that a failing call changes nothing.
 */
#include "common/migrate/migrate.h"

#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "common/core/names.h"

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

	dbc_split(host, call->text, call->script);
}

bool
dbc_migrate_split(dbc_host *host, const char *text, dbc_script *script,
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

	if (!dbc_migrate_split(host, text, &script, &error))
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

/*
 * Finds the transactions of a script: BEGIN and COMMIT by turns.  A script that
 * begins with COMMIT and ends with BEGIN leaves the transaction of its tool, as
 * one with COMMIT alone does; BEGIN alone does nothing there.
 */
static void
find_pairs(dbc_host *host, void *arg)
{
	dbc_migrate_prepared_script *prepared = arg;
	static const char hint[] =
		"dbcare runs all migrations of a call in one transaction; only pairs "
		"of BEGIN and COMMIT are allowed.";
	static const char set_hint[] =
		"The transaction has begun before the script does, so that it cannot "
		"be changed any more. Write BEGIN before the statement, and COMMIT at "
		"the end of its transaction, or run the script with its own tool, and "
		"record it with dbmigrate_baseline().";
	const dbc_script *script = &prepared->script;
	int last = -1;
	int count = 0;

	for (int i = 0; i < script->nstatements; i++)
	{
		dbc_statement_kind kind = script->statements[i].kind;

		if (kind == DBC_STATEMENT_CLIENT)
			refuse_statement(host, script, i,
							 "Write the rows as INSERT statements: only a "
							 "client program can run the statement.");
		prepared->sets_transaction |= script->statements[i].sets_transaction;
		if (kind == DBC_STATEMENT_TRANSACTION &&
			script->statements[i].sets_transaction && count > 0 &&
			script->statements[last].kind == DBC_STATEMENT_BEGIN)
		{
			prepared->skip[i] = true;
			continue;
		}
		if (kind == DBC_STATEMENT_TRANSACTION ||
			((kind == DBC_STATEMENT_BEGIN || kind == DBC_STATEMENT_COMMIT) &&
			 count > 0 && script->statements[last].kind == kind))
			refuse_statement(host, script, i,
							 dbc_same(script->statements[i].command, "SET")
								 ? set_hint
								 : hint);
		if (kind != DBC_STATEMENT_BEGIN && kind != DBC_STATEMENT_COMMIT)
			continue;
		last = i;
		count++;
		prepared->skip[i] = true;
	}
	if (count > 1 && count % 2 != 0)
		refuse_statement(host, script, last, hint);
	prepared->has_pairs = count > 0;
	dbc_migrate_find_parts(host, prepared);
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
	if (!dbc_migrate_split(host, text, script, &error))
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

/* Whether a deploy has committed the first parts of a script. */
static bool
is_begun(dbc_host *host, const dbc_migration *migration)
{
	return dbc_ledger_find_progress(host, migration->version).statement_no > 1;
}

/* Fails if a deploy has committed the first parts of a script. */
static void
refuse_begun(dbc_host *host, const dbc_migration *migration,
			 const dbc_migrate_prepared_script *prepared)
{
	const dbc_ledger_progress progress =
		dbc_ledger_find_progress(host, migration->version);

	if (progress.statement_no > 1)
		dbc_fail(host, DBC_NOT_READY,
				 dbc_format(host,
							"Statements 1 to %d of %s have been committed.",
							progress.statement_no - 1, prepared->script.label),
				 "Finish the migration with dbmigrate_deploy(), or call "
				 "dbmigrate_repair() to run it from its first statement.",
				 "a deploy has committed a part of migration \"%s\"",
				 migration->version);
}

/* Fails for a script that says how its transaction runs. */
static void
refuse_own_transaction(dbc_host *host, const dbc_script *script,
					   const char *hint)
{
	const dbc_statement *s = script->statements;

	while (!s->sets_transaction)
		s++;
	dbc_fail(host, DBC_ACTIVE_TRANSACTION,
			 dbc_describe_position(host, script,
								   (int) (s - script->statements) + 1, s->line),
			 hint, "%s of the script cannot run inside a transaction",
			 s->kind == DBC_STATEMENT_BEGIN ? s->command : "SET TRANSACTION");
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
	if (prepared->sets_transaction)
		refuse_own_transaction(host, &prepared->script, hint);
	if (prepared->has_parts || migration->state == DBC_FAILED)
		refuse_begun(host, migration, prepared);
	if (prepared->has_parts)
		dbc_migrate_require_one_transaction(host, prepared, hint);
	if (!migration->transactional)
		dbc_fail(host, DBC_ACTIVE_TRANSACTION, NULL, hint,
				 "migration \"%s\" is marked to run outside a transaction",
				 migration->version);
}

dbc_migrate_way
dbc_migrate_way_of(dbc_host *host, const dbc_migration *migration,
				   const dbc_migrate_prepared_script *prepared)
{
	const dbc_statement *outside = find_outside(&prepared->script);

	if (prepared->has_parts || prepared->sets_transaction)
	{
		for (int i = 0; i < prepared->script.nstatements; i++)
			if (prepared->script.statements[i].kind == DBC_STATEMENT_OUTSIDE &&
				dbc_migrate_is_in_pair(prepared, i))
				fail_outside(host, &prepared->script,
							 &prepared->script.statements[i],
							 "Move the statement out of BEGIN and COMMIT.");
		return DBC_MIGRATE_PARTS;
	}
	if (prepared->has_pairs && outside)
		fail_outside(host, &prepared->script, outside,
					 "Remove BEGIN and COMMIT from the script.");
	/* it had several transactions when a deploy began it */
	if (migration->state == DBC_FAILED && !outside && is_begun(host, migration))
		return DBC_MIGRATE_PARTS;
	/* a pair around everything asks for one transaction, which it gets anyway
	 */
	if (prepared->has_pairs || (!outside && migration->transactional))
		return DBC_MIGRATE_INSIDE;
	return DBC_MIGRATE_OUTSIDE;
}

void
dbc_migrate_note_pairs(dbc_host *host,
					   const dbc_migrate_prepared_script *prepared)
{
	if (prepared->has_pairs)
		dbc_notice(host, "%s: BEGIN and COMMIT of the script are skipped",
				   prepared->script.label);
}

void
dbc_migrate_run_script(dbc_host *host,
					   const dbc_migrate_prepared_script *prepared,
					   const bool *skip)
{
	if (prepared->error)
		dbc_rethrow(host, prepared->error);
	dbc_run_script(host, &prepared->script, skip);
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

	DBC_PUT_TEXT(node, message, error->message);
	DBC_PUT_TEXT(node, detail, error->detail);
	DBC_PUT_TEXT(node, hint, error->hint);
	DBC_PUT_TEXT(node, context, dbc_migrate_locate_error(host, script, error));
	DBC_PUT_TEXT(node, source,
				 dbc_excerpt(host, script, error->statement_no, error->line,
							 error->column));
	DBC_PUT_TEXT(node, sqlstate, error->sqlstate);
	DBC_PUT_VALUE(node, statement_no, error->statement_no ? &number : &none);
	DBC_PUT_VALUE(node, line, error->line ? &line : &none);
	return node;
}

void
dbc_migrate_progress(dbc_host *host, const char *version, int64_t done,
					 int64_t total)
{
	dbc_progress(host, dbc_format(host, "migration %s", version), done, total);
}
