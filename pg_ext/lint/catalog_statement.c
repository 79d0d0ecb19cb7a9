/*
 * catalog_statement.c
 *	  What the server says of statements, settings and text.
 */
#include "pg_ext/lint/catalog.h"

#include "tcop/utility.h"

void
dbcpg_lint_catalog_apply_setting(const VariableSetStmt *statement)
{
	if (statement->kind == VAR_SET_VALUE &&
		(strcmp(statement->name, "search_path") == 0 ||
		 pg_strcasecmp(statement->name, "timezone") == 0))
		(void) set_config_option(
			statement->name,
			ExtractSetVariableArgs(unconstify(VariableSetStmt *, statement)),
			PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, DEBUG5, false);
}

const char *
dbcpg_lint_catalog_tag(const Node *node, const dbc_statement *statement)
{
	(void) statement;
	return GetCommandTagName(CreateCommandTag(unconstify(Node *, node)));
}

const char *
dbcpg_lint_catalog_copy(dbc_host *host, const char *text)
{
	dbcpg_host *h = dbcpg_of(host);

	return dbcpg_to_core(h, MemoryContextStrdup(h->arena, text));
}
