/*
 * name.c
 *	  Rules of dbmigrate_lint about names.
 */
#include "common/lint/context.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* Longest name that PostgreSQL does not truncate, in bytes. */
#define NAME_BYTES 63

/* The length of a name; 0 if the lexeme is none. */
static size_t
length_of(const dbc_lexeme *lexeme)
{
	if (lexeme->kind == DBC_LEX_WORD)
		return lexeme->length;
	return lexeme->kind == DBC_LEX_NAME ? lexeme->length - 2 : 0;
}

/* Reports names of the current statement that PostgreSQL truncates. */
static void
check_length(dbc_lint *lint)
{
	dbc_lexeme lexeme =
		dbc_scan_sql(dbc_lint_statement_text(lint), lint->engine);

	for (; lexeme.kind != DBC_LEX_END;
		 lexeme = dbc_scan_sql(lexeme.text + lexeme.length, lint->engine))
		if (length_of(&lexeme) > NAME_BYTES)
		{
			dbc_lint_report(lint, DBC_RULE_identifier_too_long,
							"Shorten the name.",
							"name %.*s is longer than 63 bytes and will be cut",
							(int) lexeme.length, lexeme.text);
			return;
		}
}

/* Reports an object created without a schema: search_path decides where it
 * goes. */
static void
check_schema(dbc_lint *lint, const dbc_lint_operation *operation)
{
	static const char *const types[] = {"table", "view", "materialized view",
										"sequence", NULL};

	if (!operation->object->schema && !operation->object->temporary &&
		dbc_lint_has_column(types, operation->object->type))
		dbc_lint_report(
			lint, DBC_RULE_schema_unqualified,
			"Write the schema before the name.",
			"%s %s has no schema, so search_path decides where it is created",
			operation->object->type, operation->object->shown);
}

void
dbc_lint_check_name(dbc_lint *lint, const dbc_lint_operation *operation,
					void **state)
{
	(void) state;
	if (!operation)
		return;
	if (operation == lint->analyses[lint->statement].operations)
		check_length(lint);
	if (operation->verb == DBC_V_CREATE && operation->object)
		check_schema(lint, operation);
}
