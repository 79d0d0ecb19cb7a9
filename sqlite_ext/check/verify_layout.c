/*
 * verify_layout.c
 *	  Tables as they are declared.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/trust/unsafe.h"

#include <string.h>

/* Columns of check/columns. */
enum
{
	COLUMN_NAME,
	COLUMN_TYPE,
	COLUMN_NOT_NULL,
	COLUMN_KEY,
	COLUMN_KEY_HAS_INDEX
};

/* Whether a text contains another, ignoring case. */
static bool
contains(const char *text, const char *part)
{
	int length = (int) strlen(part);

	for (; *text; text++)
		if (sqlite3_strnicmp(text, part, length) == 0)
			return true;
	return false;
}

/* The affinity of a column type, by SQLite's rules. */
static dbcsl_check_affinity
affinity_of(const char *type, bool strict)
{
	if (contains(type, "int"))
		return DBCSL_TO_NUMBER;
	if (contains(type, "char") || contains(type, "clob") ||
		contains(type, "text"))
		return DBCSL_TO_TEXT;
	if (*type == '\0' || contains(type, "blob") ||
		(strict && sqlite3_stricmp(type, "any") == 0))
		return DBCSL_AS_IT_IS;
	return DBCSL_TO_NUMBER;
}

/* The position of a column in the primary key, from 0, or -1. */
static int
place_in_key(dbc_host *host, const dbc_rows *columns, int column)
{
	return dbc_get_count(host, columns, column, COLUMN_KEY) - 1;
}

static void
read_fields(dbcsl_host *h, dbcsl_check_table_layout *layout,
			const dbc_rows *columns)
{
	size_t size = (size_t) columns->nrows;

	layout->nfields = columns->nrows;
	layout->fields =
		dbcsl_alloc(&h->base, (size + 1) * sizeof(*layout->fields));
	layout->key = dbcsl_alloc(&h->base, (size + 1) * sizeof(*layout->key));
	for (int i = 0; i < columns->nrows; i++)
	{
		dbcsl_check_layout_column *field = &layout->fields[i];
		int place = place_in_key(&h->base, columns, i);

		field->name = dbc_get_text(&h->base, columns, i, COLUMN_NAME);
		field->type = dbc_get_text(&h->base, columns, i, COLUMN_TYPE);
		field->affinity = affinity_of(field->type, layout->strict);
		field->not_null = dbc_get_bool(&h->base, columns, i, COLUMN_NOT_NULL);
		if (place < 0 || place >= columns->nrows)
			continue;
		layout->key[place] = field->name;
		layout->nkey++;
		layout->key_is_rowid =
			!dbc_get_bool(&h->base, columns, i, COLUMN_KEY_HAS_INDEX);
	}
}

/* A name of the rowid that no column has, or NULL. */
static const char *
find_rowid(const dbcsl_check_table_layout *layout)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};

	if (layout->without_rowid)
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!dbcsl_check_find_layout_column(layout, names[i]))
			return names[i];
	return NULL;
}

dbcsl_check_table_layout *
dbcsl_check_read_layout(dbcsl_host *h, const char *schema, const char *name)
{
	const dbcsl_check_object *table =
		dbcsl_check_find_object(h, schema, name, false);
	dbcsl_check_table_layout *layout;

	if (!table)
		return NULL;
	layout = dbcsl_alloc(&h->base, sizeof(*layout));
	layout->schema = schema;
	layout->name = table->name;
	layout->from =
		dbcsl_printf(h, "\"%w\".\"%w\"", layout->schema, layout->name);
	layout->sql = table->sql;
	layout->is_table = strcmp(table->type, "table") == 0;
	layout->without_rowid = table->without_rowid;
	layout->strict = table->strict;
	if (!layout->is_table)
		return layout;
	read_fields(
		h, layout,
		dbc_query(&h->base, "check/columns", dbc_text(name), dbc_text(schema)));
	layout->rowid = find_rowid(layout);
	layout->unsafe =
		dbcsl_find_unsafe_table(h, schema, layout->name, DBCSL_IN_COLUMNS);
	return layout;
}

dbcsl_check_table_layout *
dbcsl_check_require_layout(dbcsl_host *h, const dbc_relation *table)
{
	dbcsl_check_table_layout *layout =
		dbcsl_check_read_layout(h, table->schema, table->name);

	if (!layout)
		dbc_fail(&h->base, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", table->shown);
	return layout;
}

const dbcsl_check_layout_column *
dbcsl_check_find_layout_column(const dbcsl_check_table_layout *layout,
							   const char *name)
{
	for (int i = 0; i < layout->nfields; i++)
		if (sqlite3_stricmp(layout->fields[i].name, name) == 0)
			return &layout->fields[i];
	return NULL;
}

const char *
dbcsl_check_find_column_collation(dbcsl_host *h,
								  const dbcsl_check_table_layout *layout,
								  const char *name)
{
	const char *collation;
	int code =
		sqlite3_table_column_metadata(h->db, layout->schema, layout->name, name,
									  NULL, &collation, NULL, NULL, NULL);

	if (code != SQLITE_OK)
		dbcsl_fail_engine(h, code);
	return dbc_copy(&h->base, collation, strlen(collation));
}

const char *
dbcsl_check_join_names(dbcsl_host *h, const char *const *names, int count)
{
	dbc_buffer list;

	dbc_buffer_init(&list, &h->base);
	for (int i = 0; i < count; i++)
	{
		dbc_append(&list, i > 0 ? ", " : "");
		dbcsl_append_quoted_name(&list, names[i]);
	}
	return list.data;
}
