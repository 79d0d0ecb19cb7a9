/*
 * catalog.c
 *	  A catalog without objects of users: all that is known of relations is what
 *	  the scripts of the session do.
 */
#include "wire/lint/catalog.h"

#include <strings.h>

#include "common/core/text.h"

/* ---- settings ---- */

/* The schema where the script creates objects, NULL: none that is known; and
 * whether its time zone is UTC. */
static struct
{
	char schema[NAMEDATALEN];
	bool utc;
} settings;

void
dbcw_reset_settings(void)
{
	strcpy(settings.schema, "public");
	settings.utc = false;
}

bool
dbcw_is_utc(void)
{
	return settings.utc;
}

/* The text of a constant, or NULL. */
static const char *
text_of(const Node *node)
{
	const A_Const *constant = (const A_Const *) node;

	return IsA(node, A_Const) && !constant->isnull &&
				   IsA(&constant->val, String)
			   ? strVal(&constant->val)
			   : NULL;
}

/* The first schema of a search_path that is one of users.  It is taken to
 * exist: an earlier script, or another tool, has created it. */
static void
set_schema(List *path)
{
	ListCell *cell;

	*settings.schema = '\0';
	foreach (cell, path)
	{
		const char *name = text_of(lfirst(cell));

		if (name && *name && *name != '$' &&
			strncmp(name, "pg_", strlen("pg_")) != 0)
		{
			snprintf(settings.schema, sizeof(settings.schema), "%s", name);
			return;
		}
	}
}

void
dbcpg_catalog_apply_setting(const VariableSetStmt *statement)
{
	const char *zone;

	if (statement->kind != VAR_SET_VALUE)
		return;
	if (strcmp(statement->name, "search_path") == 0)
		set_schema(statement->args);
	else if (strcasecmp(statement->name, "timezone") == 0)
	{
		zone = text_of(linitial(statement->args));
		settings.utc = zone && strcasecmp(zone, "utc") == 0;
	}
}

const char *
dbcpg_catalog_default_schema(void)
{
	return *settings.schema ? settings.schema : NULL;
}

/* ---- text ---- */

const char *
dbcpg_catalog_copy(dbc_host *host, const char *text)
{
	return dbc_copy(host, text, strlen(text));
}

const char *
dbcpg_from_core(const char *text)
{
	return text;
}

/* The command as PostgreSQL calls it, found by its words. */
const char *
dbcpg_catalog_tag(const Node *node, const dbc_statement *statement)
{
	static const char suffix[] = " CONCURRENTLY";
	size_t length = strlen(statement->command);

	(void) node;
	return dbc_ends_with(statement->command, suffix)
			   ? pnstrdup(statement->command, length - strlen(suffix))
			   : statement->command;
}

/* ---- relations ---- */

Oid
dbcpg_catalog_find_relation(const char *schema, const char *name)
{
	(void) schema;
	(void) name;
	return InvalidOid;
}

bool
dbcpg_catalog_read_relation(dbc_host *host, Oid oid,
							dbcpg_catalog_relation *relation)
{
	(void) host;
	(void) oid;
	(void) relation;
	return false;
}

const char *
dbcpg_catalog_name(Oid oid, const char **schema)
{
	(void) oid;
	*schema = NULL;
	return NULL;
}

bool
dbcpg_catalog_is_tablespace(Oid tablespace, const char *name)
{
	(void) tablespace;
	(void) name;
	return false;
}

Oid
dbcpg_catalog_default_partition(Oid parent)
{
	(void) parent;
	return InvalidOid;
}

/* Lists of what belongs to a relation. */
#define DBCW_NOTHING(name) \
	List *name(Oid table)  \
	{                      \
		(void) table;      \
		return NIL;        \
	}

DBCW_NOTHING(dbcpg_catalog_list_tree)
DBCW_NOTHING(dbcpg_catalog_list_sequences)
DBCW_NOTHING(dbcpg_catalog_read_key)
DBCW_NOTHING(dbcpg_catalog_read_indexes)
DBCW_NOTHING(dbcpg_catalog_read_constraints)

List *
dbcpg_catalog_list_referencing(List *tables)
{
	(void) tables;
	return NIL;
}

bool
dbcpg_catalog_read_column(Oid table, const char *name,
						  dbcpg_catalog_column *column)
{
	(void) table;
	(void) name;
	(void) column;
	return false;
}

bool
dbcpg_catalog_keeps_indexes(Oid table, const dbcpg_catalog_column *column,
							Oid type, const CollateClause *clause)
{
	(void) table;
	(void) column;
	(void) type;
	(void) clause;
	return true;
}

/* ---- dependencies ---- */

List *
dbcpg_catalog_list_dropped(Oid catalog, Oid oid, int column, bool cascade)
{
	(void) catalog;
	(void) oid;
	(void) column;
	(void) cascade;
	return NIL;
}

List *
dbcpg_catalog_list_dropped_by_name(ObjectType type, List *names)
{
	(void) type;
	(void) names;
	return NIL;
}

List *
dbcpg_catalog_list_constrained(Oid table, int column)
{
	(void) table;
	(void) column;
	return NIL;
}

List *
dbcpg_catalog_list_of_domain(List *names)
{
	(void) names;
	return NIL;
}
