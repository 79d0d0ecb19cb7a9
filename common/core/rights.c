/*
 * rights.c
 *	  What only the owner of a table, or of dbcare's tables, may do.
 */
#include "common/core/rights.h"

#include "common/core/text.h"

/* Columns of core/owners.sql. */
enum
{
	O_TABLES_OWNER,
	O_HAS_TABLES,
	O_HAS_TABLE
};

/* One row: whose rights the caller has; NULL on an engine without roles. */
static const dbc_rows *
read_owners(dbc_host *host, const char *schema, const char *name)
{
	static const char question[] = "core/owners";

	if (!dbc_find_sql(host, question))
		return NULL;
	return dbc_query(host, question, dbc_text(schema), dbc_text(name));
}

void
dbc_require_tables_owner(dbc_host *host, const char *what)
{
	const dbc_rows *rows = read_owners(host, NULL, NULL);
	const char *owner;

	if (!rows || dbc_get_bool(host, rows, 0, O_HAS_TABLES))
		return;
	owner = dbc_get_text(host, rows, 0, O_TABLES_OWNER);
	dbc_fail(host, DBC_INSUFFICIENT, NULL,
			 dbc_format(host,
						"Call %s() as a superuser, or as a member of "
						"role \"%s\".",
						host->function->name, owner),
			 "%s needs the rights of role \"%s\", which owns dbcare's tables",
			 what, owner);
}

void
dbc_require_table_owner(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows = read_owners(host, table->schema, table->name);

	if (rows && !dbc_get_bool(host, rows, 0, O_HAS_TABLE))
		dbc_fail(host, DBC_INSUFFICIENT, NULL, NULL,
				 "must be owner of table %s", table->shown);
}

void
dbc_require_privilege(dbc_host *host, const dbc_relation *table,
					  const char *privilege)
{
	if (!dbc_find_sql(host, "core/privilege") ||
		dbc_get_bool(host,
					 dbc_query(host, "core/privilege", dbc_text(table->schema),
							   dbc_text(table->name), dbc_text(privilege)),
					 0, 0))
		return;
	dbc_fail(host, DBC_INSUFFICIENT,
			 "What dbcare keeps of rows is for roles with privileges on their "
			 "table.",
			 dbc_format(host, "Grant this role %s on the table.", privilege),
			 "permission denied for table %s", table->shown);
}

/* Columns of core/author.sql. */
enum
{
	A_ROLE,
	A_IS_TRUSTED
};

static const char author_sql[] = "core/author";

bool
dbc_knows_authors(dbc_host *host)
{
	return dbc_find_sql(host, author_sql) != NULL;
}

/* One row: whether an author is trusted; NULL if there is nothing to ask. */
static const dbc_rows *
read_author(dbc_host *host, const char *author, const dbc_relation *table)
{
	if (!author || !dbc_knows_authors(host))
		return NULL;
	return dbc_query(host, author_sql, dbc_text(author),
					 dbc_text(table ? table->schema : NULL),
					 dbc_text(table ? table->name : NULL));
}

bool
dbc_trusts_author(dbc_host *host, const char *author, const dbc_relation *table)
{
	const dbc_rows *rows = read_author(host, author, table);

	return !rows || dbc_get_bool(host, rows, 0, A_IS_TRUSTED);
}

void
dbc_require_author(dbc_host *host, const dbc_stored *stored,
				   const dbc_relation *table)
{
	const dbc_rows *rows = read_author(host, stored->author, table);

	if (!rows || dbc_get_bool(host, rows, 0, A_IS_TRUSTED))
		return;
	dbc_fail(host, DBC_INSUFFICIENT,
			 dbc_format(host,
						"It would run with the rights of role \"%s\", which "
						"role \"%s\" does not have.",
						dbc_get_text(host, rows, 0, A_ROLE), stored->author),
			 stored->hint, "%s was stored by role \"%s\"", stored->what,
			 stored->author);
}

void
dbc_require_same_table(dbc_host *host, const dbc_relation *table)
{
	if (dbc_resolve(host, table->shown)->id != table->id)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, DBC_ANOTHER_TABLE,
				 table->shown);
}
