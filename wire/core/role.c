/*
 * role.c
 *	  Scripts that run as another role must not leave it.
 *
 * Only code in a function of that role could be kept from changing the role, as
 * the extension does.  A statement that does it is refused before the script
 * runs; what code does with it is seen at the end.
 */
#include "wire/core/script.h"

#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"

static const char hint[] =
	"A call with the option role runs scripts as that role only. Remove the "
	"statements that change the role, or remove the option.";

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

/* The parameter for a role that a name is, with quotes or without, or NULL.  One
 * with escapes could be any. */
static const char *
named_parameter(const dbc_lexeme *at)
{
	static const char *const names[] = {"role", "session_authorization"};
	bool is_quoted = at->kind == DBC_LEX_NAME;

	if (is_quoted && *at->text != '"')
		return names[0];
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((is_quoted || at->kind == DBC_LEX_WORD) &&
			at->length == strlen(names[i]) + 2 * is_quoted &&
			dbc_starts_with_nocase(at->text + is_quoted, names[i]))
			return names[i];
	return NULL;
}

/* The parameter for a role that a statement sets, or NULL. */
static const char *
role_parameter(const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);
	dbc_lexeme after;

	after = next(&at);
	if (dbc_lexeme_is_one_of(&at, " discard ") &&
		dbc_lexeme_is_one_of(&after, " all "))
		return "session_authorization";
	if (!dbc_lexeme_is_one_of(&at, " set reset "))
		return NULL;
	at = after;
	after = next(&at);
	if (dbc_lexeme_is_one_of(&at, " local ") ||
		(dbc_lexeme_is_one_of(&at, " session ") &&
		 !dbc_lexeme_is_one_of(&after, " authorization ")))
	{
		at = after;
		after = next(&at);
	}
	return dbc_lexeme_is_one_of(&at, " session ") &&
				   dbc_lexeme_is_one_of(&after, " authorization ")
			   ? "session_authorization"
			   : named_parameter(&at);
}

void
dbcw_refuse_role_change(dbcw_host *h, const dbc_script *script)
{
	for (int i = 0; script->role && i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];
		const char *parameter = role_parameter(s->text);
		dbc_error error = {.sqlstate = DBC_INSUFFICIENT,
						   .hint = hint,
						   .statement_no = i + 1,
						   .line = s->line};

		if (!parameter)
			continue;
		error.message = dbc_format(
			&h->base, "a script that runs as role \"%s\" cannot set %s",
			script->role, parameter);
		if (script->label)
			error.context =
				dbc_describe_position(&h->base, script, i + 1, s->line);
		dbc_rethrow(&h->base, &error);
	}
}

const char *
dbcw_role_check(dbcw_host *h, const char *role)
{
	dbc_buffer bytes;

	/* a name could end the text around it */
	dbc_buffer_init(&bytes, &h->base);
	for (const char *c = role; *c; c++)
		dbc_append_format(&bytes, "%02x", (unsigned char) *c);
	return dbc_format(
		&h->base,
		"do language plpgsql $dbcare$ begin\n"
		"if pg_catalog.encode(pg_catalog.convert_to(current_user, 'UTF8'), "
		"'hex') <> '%s' then raise exception using errcode = '42501', "
		"message = 'the script has changed its role', hint = '%s'; "
		"end if; end $dbcare$;",
		bytes.data, hint);
}
