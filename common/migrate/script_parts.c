/*
 * script_parts.c
 *	  Scripts with several transactions.
 *
 * A part is what such a script commits at once: the statements from BEGIN to
 * COMMIT, or one that is in no pair.  The settings before a statement belong to
 * its part.  Each part runs with the settings that earlier ones have left, as
 * the whole script would.
 */
#include "common/migrate/migrate.h"

#include <string.h>

#include "common/core/sql_place.h"
#include "common/core/text.h"

/* What the words of a statement say. */
typedef struct words
{
	bool local;		 /* SET LOCAL */
	bool on_commit;	 /* of a temporary table */
	bool set_config; /* a call of it */
	bool lasting;	 /* there is the word false, as its last argument */
} words;

static words
read_words(dbc_host *host, const dbc_statement *statement)
{
	const dbc_sql_place place = {.engine = host->engine};
	dbc_lexeme last = dbc_scan(host, statement->text);
	dbc_lexeme at = last;
	words found = {false, false, false, false};

	for (; at.kind != DBC_LEX_END; last = at, at = dbc_sql_next(&place, &at))
	{
		found.set_config |= at.kind == DBC_LEX_WORD &&
							at.length == strlen("set_config") &&
							dbc_starts_with_nocase(at.text, "set_config");
		found.lasting |= dbc_lexeme_is_one_of(&at, " false ");
		found.local |= dbc_lexeme_is_one_of(&at, " local ") &&
					   dbc_lexeme_is_one_of(&last, " set ");
		found.on_commit |= dbc_lexeme_is_one_of(&at, " commit ") &&
						   dbc_lexeme_is_one_of(&last, " on ");
	}
	return found;
}

/* Whether a statement changes settings beyond the end of its transaction. */
static bool
is_lasting_setting(dbc_host *host, const dbc_statement *statement)
{
	words found;

	if (statement->kind != DBC_STATEMENT_SETTING &&
		statement->kind != DBC_STATEMENT_PLAIN)
		return false;
	found = read_words(host, statement);
	return statement->kind == DBC_STATEMENT_SETTING
			   ? !found.local
			   : found.set_config && found.lasting;
}

/* Whether a script begins in the transaction of its tool, and ends in another
 * one. */
static bool
leaves_transaction(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
	{
		if (script->statements[i].kind == DBC_STATEMENT_COMMIT)
			return true;
		if (script->statements[i].kind == DBC_STATEMENT_BEGIN)
			return false;
	}
	return false;
}

bool
dbc_migrate_is_in_pair(const dbc_migrate_prepared_script *prepared, int index)
{
	const dbc_script *script = &prepared->script;
	bool inside = leaves_transaction(script);

	for (int i = 0; i < index; i++)
		if (script->statements[i].kind == DBC_STATEMENT_BEGIN ||
			script->statements[i].kind == DBC_STATEMENT_COMMIT)
			inside = script->statements[i].kind == DBC_STATEMENT_BEGIN;
	return inside;
}

/* Whether a script commits. */
static bool
has_commit(const dbc_script *script)
{
	for (int i = 0; i < script->nstatements; i++)
		if (script->statements[i].kind == DBC_STATEMENT_COMMIT)
			return true;
	return false;
}

/* Whether a script is not one transaction: it has several pairs, or statements
 * that are not in its only one, apart from settings. */
static bool
has_parts(const dbc_migrate_prepared_script *prepared)
{
	const dbc_script *script = &prepared->script;
	int count = 0;
	bool inside = leaves_transaction(script);

	if (!has_commit(script))
		return false;
	if (inside)
		return true;
	for (int i = 0; i < script->nstatements; i++)
	{
		dbc_statement_kind kind = script->statements[i].kind;

		if (kind == DBC_STATEMENT_BEGIN || kind == DBC_STATEMENT_COMMIT)
			inside = kind == DBC_STATEMENT_BEGIN;
		else if (!inside && kind != DBC_STATEMENT_SETTING)
			return true;
		count += kind == DBC_STATEMENT_BEGIN;
	}
	return count > 1;
}

void
dbc_migrate_find_parts(dbc_host *host, dbc_migrate_prepared_script *prepared)
{
	const dbc_script *script = &prepared->script;

	prepared->has_parts = has_parts(prepared);
	prepared->lasting = dbc_alloc(host, (size_t) script->nstatements + 1);
	for (int i = 0; i < script->nstatements; i++)
		prepared->lasting[i] = is_lasting_setting(host, &script->statements[i]);
}

int
dbc_migrate_end_of_part(const dbc_migrate_prepared_script *prepared, int first)
{
	const dbc_script *script = &prepared->script;
	int last = first;
	bool inside = dbc_migrate_is_in_pair(prepared, first - 1);

	for (; last < script->nstatements; last++)
	{
		dbc_statement_kind kind = script->statements[last - 1].kind;

		if (kind == DBC_STATEMENT_BEGIN)
			inside = true;
		else if (kind == DBC_STATEMENT_COMMIT ||
				 (!inside && kind != DBC_STATEMENT_SETTING))
			break;
	}
	return last;
}

bool *
dbc_migrate_skip_others(dbc_host *host,
						const dbc_migrate_prepared_script *prepared, int first,
						int last)
{
	const dbc_script *script = &prepared->script;
	bool *skip = dbc_alloc(host, (size_t) script->nstatements + 1);

	for (int i = 0; i < script->nstatements; i++)
		skip[i] = prepared->skip[i] || i >= last ||
				  (i < first - 1 && !prepared->lasting[i]);
	return skip;
}

void
dbc_migrate_require_one_transaction(dbc_host *host,
									const dbc_migrate_prepared_script *prepared,
									const char *hint)
{
	const dbc_script *script = &prepared->script;

	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];
		words found = read_words(host, s);

		if (found.local || found.on_commit || found.set_config)
			dbc_fail(host, DBC_UNSUPPORTED,
					 dbc_describe_position(host, script, i + 1, s->line), hint,
					 "what %s does ends with its transaction, and the script "
					 "has several",
					 s->command);
	}
}
