/*
 * relation.c
 *	  Resolving the name of a table as the caller would write it.
 */
#include "sqlite_ext/call/relation.h"
#include "sqlite_ext/sql/ddl.h"

#include <string.h>

/* Whether a token can be a name. */
static bool
is_name(const dbcsl_token *token)
{
	return token->kind == DBCSL_WORD || token->kind == DBCSL_QUOTED;
}

const char *
dbcsl_split_name(dbc_host *host, const char *text, const char **schema)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_token first = dbcsl_first_token(text);
	dbcsl_token next = dbcsl_next_token(&first);
	dbcsl_token last = first;

	*schema = NULL;
	if (is_name(&first) && next.length == 1 && next.text[0] == '.')
	{
		*schema = dbcsl_unquote_token(h, &first);
		last = dbcsl_next_token(&next);
		next = dbcsl_next_token(&last);
	}
	if (!is_name(&last) || next.kind != DBCSL_END)
		dbc_fail(&h->base, DBC_INVALID_NAME, NULL,
				 "Write the name of a table as in SQL: schema.table, with "
				 "quotes around names that need them.",
				 "invalid name syntax: %s", text);
	return dbcsl_unquote_token(h, &last);
}

/* Finds a relation by name; see core/host.h. */
const dbc_relation *
dbcsl_relation_of(dbcsl_host *h, const char *schema, const char *name)
{
	dbc_relation *relation = dbc_alloc(&h->base, sizeof(*relation));
	dbc_buffer shown;

	dbc_buffer_init(&shown, &h->base);
	if (strcmp(schema, "main") != 0)
	{
		dbcsl_append_quoted_name(&shown, schema);
		dbc_append(&shown, ".");
	}
	dbcsl_append_quoted_name(&shown, name);
	*relation = (dbc_relation){schema, name, shown.data, 0};
	return relation;
}

/* A table that can be found without expanding views: the schema's columns are
 * believed if SQLite has such a table, and its text says so; or NULL. */
static const dbc_relation *
find_plain_table(dbcsl_host *h, const char *schema, const char *name)
{
	const dbc_rows *rows;
	const char *found;
	dbcsl_ddl ddl;

	if (schema && sqlite3_stricmp(schema, "main") != 0)
		return NULL;
	rows = dbc_query(&h->base, "core/plain_table", dbc_text(name));
	if (rows->nrows != 1 || dbc_is_null(&h->base, rows, 0, 1) ||
		dbc_get_int(&h->base, rows, 0, 2) == 0)
		return NULL;
	found = dbc_get_text(&h->base, rows, 0, 0);
	ddl = dbcsl_read_ddl_head(h, dbc_get_text(&h->base, rows, 0, 1));
	if (ddl.kind != DBCSL_TABLE || sqlite3_stricmp(ddl.name, found) != 0 ||
		sqlite3_table_column_metadata(h->db, "main", found, NULL, NULL, NULL,
									  NULL, NULL, NULL) != SQLITE_OK)
		return NULL;
	return dbcsl_relation_of(h, "main", found);
}

const dbc_relation *
dbcsl_resolve(dbc_host *host, const char *text)
{
	dbcsl_host *h = dbcsl_of(host);
	const dbc_rows *rows;
	const char *schema;
	const char *name = dbcsl_split_name(host, text, &schema);
	const dbc_relation *plain = find_plain_table(h, schema, name);

	if (plain)
		return plain;
	rows = dbc_query(host, "core/resolve", dbc_text(name), dbc_text(schema));
	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL,
				 "Write the name of the table as in SQL, with its schema and "
				 "quotes if needed.",
				 "table %s does not exist", text);
	if (strcmp(dbc_get_text(host, rows, 0, 2), "table") != 0)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, "Pass the name of a table.",
				 "%s is not a table", text);
	return dbcsl_relation_of(h, dbc_get_text(host, rows, 0, 0),
							 dbc_get_text(host, rows, 0, 1));
}

/* The user tables. */
const dbc_relation *
dbcsl_list_tables(dbc_host *host, int *ntables)
{
	const dbc_rows *rows = dbc_query(host, "core/user_tables");
	dbc_relation *tables =
		dbc_alloc(host, (size_t) rows->nrows * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
		tables[i] =
			*dbcsl_relation_of(dbcsl_of(host), dbc_get_text(host, rows, i, 0),
							   dbc_get_text(host, rows, i, 1));
	*ntables = rows->nrows;
	return tables;
}
