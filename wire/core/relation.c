/*
 * relation.c
 *	  Resolving the name of a table as the user would write it.
 *
 * The search path of the session is dbcare's, so names are looked up in the
 * catalog, along the path of the user.
 */
#include "wire/core/relation.h"

#include <ctype.h>
#include <string.h>

#include "common/core/json_write.h"
#include "common/core/text.h"

/* The longest name, in bytes; NAMEDATALEN is compiled into servers. */
#define LONGEST_NAME 63

/* Columns of core/find_relation.sql. */
enum
{
	R_OID,
	R_KIND,
	R_SCHEMA,
	R_NAME,
	R_SHOWN
};

/* What separates names. */
static const char space[] = " \t\n\r\f\v";

/* Reads one part of a name; NULL if there is none. */
static const char *
read_part(dbcw_host *h, const char **at)
{
	dbc_buffer part;
	const char *text = *at + strspn(*at, space);

	dbc_buffer_init(&part, &h->base);
	if (*text == '"')
	{
		for (text++; *text && (*text != '"' || text[1] == '"'); text++)
		{
			text += *text == '"';
			dbc_append_bytes(&part, text, 1);
		}
		if (*text++ != '"' || part.length == 0)
			return NULL;
	}
	else
	{
		if (!isalpha((unsigned char) *text) && *text != '_' && !(*text & 0x80))
			return NULL;
		for (; isalnum((unsigned char) *text) || strchr("_$", *text) ||
			   (*text & 0x80);
			 text++)
		{
			char lower = dbc_lower(*text);

			if (!*text)
				break;
			dbc_append_bytes(&part, &lower, 1);
		}
	}
	*at = text + strspn(text, space);
	return dbc_copy(&h->base, part.data,
					dbc_valid_utf8(part.data, part.length > LONGEST_NAME
												  ? LONGEST_NAME
												  : part.length));
}

const char *
dbcw_read_names(dbcw_host *h, const char *text, const char **end)
{
	dbc_json_node *names = dbc_json_array(&h->base);

	for (;; text++)
	{
		dbc_json_node *parts = dbc_json_array(&h->base);
		const char *first = NULL;
		int count = 1;

		for (;; text++, count++)
		{
			const char *part = read_part(h, &text);

			if (!part)
				return NULL;
			first = first ? first : part;
			dbc_json_push_text(parts, part);
			if (*text != '.')
				break;
		}
		if (count > 3 ||
			(count == 3 && !dbc_same(first, dbcw_pq.PQdb(h->connection->pg))))
			return NULL;
		dbc_json_push(names, parts);
		if (*text != ',')
			break;
	}
	if (end)
		*end = text;
	else if (*text)
		return NULL;
	return dbc_json_text(names);
}

const char *
dbcw_user_path(dbc_host *host)
{
	dbcw_host *h = dbcw_of(host);
	const char *path = dbcw_read_names(h, h->connection->path, NULL);

	return path ? path : "[]";
}

/* The relations with names, as read by dbcw_read_names(). */
static const dbc_rows *
find_relations(dbcw_host *h, const char *names)
{
	return dbc_query(&h->base, "core/find_relation", dbc_text(names),
					 dbc_text(dbcw_user_path(&h->base)));
}

int64_t
dbcw_find_relation(dbcw_host *h, const char *names)
{
	const dbc_rows *rows = find_relations(h, names);

	return rows->nrows > 0 ? dbc_get_int(&h->base, rows, 0, R_OID) : 0;
}

static dbc_relation
relation_of(dbc_host *host, const dbc_rows *rows, int row)
{
	return (dbc_relation){.id = dbc_get_int(host, rows, row, R_OID),
						  .schema = dbc_get_text(host, rows, row, R_SCHEMA),
						  .name = dbc_get_text(host, rows, row, R_NAME),
						  .shown = dbc_get_text(host, rows, row, R_SHOWN)};
}

const dbc_relation *
dbcw_find_tables_at(dbcw_host *h, const char *text, int *ntables)
{
	const char *end;
	const char *names = dbcw_read_names(h, text, &end);
	const dbc_rows *rows = names ? find_relations(h, names) : NULL;
	dbc_relation *tables;

	*ntables = rows ? rows->nrows : 0;
	tables = dbc_alloc(&h->base, ((size_t) *ntables + 1) * sizeof(*tables));
	for (int i = 0; i < *ntables; i++)
		tables[i] = relation_of(&h->base, rows, i);
	return tables;
}

const dbc_relation *
dbcw_resolve(dbc_host *host, const char *text)
{
	dbcw_host *h = dbcw_of(host);
	dbc_relation *relation = dbc_alloc(host, sizeof(*relation));
	const char *names = dbcw_read_names(h, text, NULL);
	const dbc_rows *rows;
	const char *kind;

	if (!names || strstr(names, "], ["))
		dbc_fail(host, DBC_INVALID_NAME, NULL,
				 "Write the name of a table as in SQL: schema.table, with "
				 "quotes around names that need them.",
				 "invalid name syntax: %s", text);
	rows = find_relations(h, names);
	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL,
				 "Write the name of the table as in SQL, with its schema and "
				 "quotes if needed.",
				 "table %s does not exist", text);
	kind = dbc_get_text(host, rows, 0, R_KIND);
	if (!dbc_same(kind, "r") && !dbc_same(kind, "p"))
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, "Pass the name of a table.",
				 "%s is not a table", text);
	*relation = relation_of(host, rows, 0);
	return relation;
}

const dbc_relation *
dbcw_list_tables(dbc_host *host, int *ntables)
{
	const dbc_rows *rows = dbc_query(host, "core/user_tables");
	dbc_relation *tables =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*tables));

	for (int i = 0; i < rows->nrows; i++)
	{
		const char *schema = dbc_get_text(host, rows, i, 0);
		const char *name = dbc_get_text(host, rows, i, 1);

		tables[i] = (dbc_relation){.schema = schema,
								   .name = name,
								   .shown = dbc_format(host, "%s.%s",
													   dbc_quote(host, schema),
													   dbc_quote(host, name))};
	}
	*ntables = rows->nrows;
	return tables;
}
