/*
 * rebuild_parts.c
 *	  The parts of a table that is rebuilt: indexes, triggers, statistics.
 *
 * Indexes and triggers are created again from their SQL in the same order.  The
 * results of ANALYZE are kept: SQLite deletes them with the table, so the rows
 * get other names meanwhile.
 */
#include "sqlite_ext/migrate/rebuild.h"
#include "sqlite_ext/sql/script.h"

#include <string.h>

#define HIDDEN		  "dbcare_kept_"
#define BEHIND_HIDDEN "13"

/* Columns of migrate/rebuild_parts.sql. */
enum
{
	P_TYPE,
	P_NAME,
	P_SQL
};

/* Columns of migrate/rebuild_keys.sql. */
enum
{
	K_NAME,
	K_COLUMNS
};

/* Columns of migrate/rebuild_temp_triggers.sql. */
enum
{
	T_NAME,
	T_SQL,
	T_SHADOW
};

/* ---- dropped columns ---- */

void
dbcsl_migrate_run_appended(dbcsl_migrate_table_rebuild *r)
{
	dbc_script script = {.label = "the rebuild"};

	dbcsl_split(&r->h->base, r->sql.data + r->ran, &script);
	r->ran = r->sql.length;
	for (int i = 0; i < script.nstatements; i++)
		dbc_query_text(&r->h->base, script.statements[i].text);
}

/* The dropped column that a token names, or NULL. */
static const char *
dropped_column(const dbcsl_migrate_table_rebuild *r, const dbcsl_token *token)
{
	const char *name;

	if (token->kind != DBCSL_WORD &&
		(token->kind != DBCSL_QUOTED || *token->text == '\''))
		return NULL;
	name = dbcsl_unquote_token(r->h, token);
	for (int i = 0; i < r->ngone; i++)
		if (sqlite3_stricmp(r->dropped[i], name) == 0)
			return r->dropped[i];
	return NULL;
}

/* The first dropped column that SQL names, up to a word or its end. */
static const char *
find_named_column(const dbcsl_migrate_table_rebuild *r, const char *sql,
				  const char *until)
{
	dbcsl_token token = dbcsl_first_token(sql);
	const char *column = NULL;

	for (; token.kind != DBCSL_END && !column; token = dbcsl_next_token(&token))
	{
		if (until && dbcsl_is_word(&token, until))
			return NULL;
		column = dropped_column(r, &token);
	}
	return column;
}

const char *
dbcsl_migrate_find_dropped_column(const dbcsl_migrate_table_rebuild *r,
								  const char *sql)
{
	return find_named_column(r, sql, NULL);
}

/* The text after its first token. */
static const char *
after_first_token(const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	return token.text + token.length;
}

/* The text of an index after the name of its table. */
static const char *
after_table(const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	while (token.kind != DBCSL_END && *token.text != '(')
		token = dbcsl_next_token(&token);
	return token.text;
}

/* Fails for an index or a trigger that names a dropped column.  Only SQLite can
 * check the body of a trigger; but it does not check UPDATE OF. */
static void
refuse_dropped_column(const dbcsl_migrate_table_rebuild *r, const char *type,
					  const char *name, const dbcsl_ddl *ddl)
{
	const char *column;

	if (ddl->kind == DBCSL_UNKNOWN)
		dbc_fail(&r->h->base, DBC_UNSUPPORTED, NULL, "Drop the object first.",
				 "the SQL of %s \"%s\" cannot be parsed", type, name);
	column = ddl->kind == DBCSL_TRIGGER
				 ? find_named_column(r, after_first_token(ddl->rest), "on")
				 : dbcsl_migrate_find_dropped_column(r, after_table(ddl->rest));
	if (column)
		dbc_fail(&r->h->base, DBC_NOT_READY, NULL,
				 "Drop the object first, and create it again afterwards.",
				 "%s \"%s\" uses column \"%s\", which is dropped", type, name,
				 column);
}

/* ---- dropping ---- */

/* The automatic indexes of a table. */
static const dbc_rows *
read_keys(dbcsl_migrate_table_rebuild *r, const dbcsl_ddl *table)
{
	return dbc_query(&r->h->base, "migrate/rebuild_keys", dbc_text(table->name),
					 dbc_bool(table->without_rowid));
}

/* Hides the results of ANALYZE from SQLite. */
static void
hide_statistics(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_host *h = r->h;

	r->keys = read_keys(r, &r->from);
	r->statistics = dbc_query(&h->base, "migrate/rebuild_statistics");
	for (int i = 0; i < r->statistics->nrows; i++)
		dbc_append(&r->sql,
				   dbcsl_printf(h,
								"update main.%s set tbl = '" HIDDEN "' || tbl, "
								"idx = '" HIDDEN "' || idx "
								"where tbl = %Q collate nocase;\n",
								dbc_get_text(&r->h->base, r->statistics, i, 0),
								r->from.name));
}

/* Whether a temporary trigger belongs to the table.  One that is older than a
 * temporary table of the same name would be created on that table. */
static bool
is_of_table(const dbcsl_migrate_table_rebuild *r, const dbcsl_ddl *trigger,
			const dbc_value *shadow)
{
	if (sqlite3_stricmp(trigger->table, r->from.name) != 0)
		return false;
	if (trigger->table_schema)
		return sqlite3_stricmp(trigger->table_schema, "main") == 0;
	if (shadow->kind != DBC_NULL && shadow->integer != 0)
		dbc_fail(&r->h->base, DBC_NOT_READY, NULL,
				 "Drop the trigger first, and create it again with \"main.\" "
				 "before the table name.",
				 "temporary trigger \"%s\" would be created again on a "
				 "temporary table of the same name",
				 trigger->name);
	return shadow->kind == DBC_NULL;
}

/* Drops the temporary triggers of the table before SQLite does: that expires
 * all statements, which must not happen while a table is dropped. */
static void
drop_temporary(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_host *h = r->h;
	const dbc_rows *rows = dbc_query(&h->base, "migrate/rebuild_temp_triggers",
									 dbc_text(r->from.name));

	r->temporary =
		dbc_alloc(&h->base, ((size_t) rows->nrows + 1) * sizeof(*r->temporary));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(&h->base, rows, i, "ttB");
		const dbcsl_ddl ddl = dbcsl_read_ddl(h, row[T_SQL].text);

		if (ddl.kind == DBCSL_TRIGGER && !is_of_table(r, &ddl, &row[T_SHADOW]))
			continue;
		refuse_dropped_column(r, "trigger", row[T_NAME].text, &ddl);
		r->temporary[r->ntemporary++] = row[T_SQL].text;
		dbc_append(&r->sql, dbcsl_printf(h, "drop trigger temp.\"%w\";\n",
										 row[T_NAME].text));
	}
}

void
dbcsl_migrate_drop_parts(dbcsl_migrate_table_rebuild *r)
{
	dbc_host *host = &r->h->base;

	hide_statistics(r);
	drop_temporary(r);
	r->parts = dbc_query(host, "migrate/rebuild_parts", dbc_text(r->from.name));
	for (int i = r->parts->nrows - 1; i >= 0; i--)
	{
		const dbc_value *part = dbc_get_row(&r->h->base, r->parts, i, "ttt");
		const dbcsl_ddl ddl = dbcsl_read_ddl(r->h, part[P_SQL].text);

		refuse_dropped_column(r, part[P_TYPE].text, part[P_NAME].text, &ddl);
		dbc_append_format(&r->sql, "drop %s %s;\n", part[P_TYPE].text,
						  dbcsl_qualify_main_name(host, part[P_NAME].text));
	}
}

/* ---- restoring ---- */

/* Creates an index or a trigger again. */
static void
create_again(dbcsl_migrate_table_rebuild *r, const char *kind,
			 const char *schema, const char *sql)
{
	const dbcsl_ddl ddl = dbcsl_read_ddl(r->h, sql);

	dbc_append_format(&r->sql, "create %s %s.%s;\n", kind, schema, ddl.rest);
	dbcsl_migrate_run_appended(r);
	dbc_json_push_text(r->task->recreated,
					   dbc_format(&r->h->base, "%s %s",
								  ddl.kind == DBCSL_INDEX ? "index" : "trigger",
								  ddl.name));
}

/* Creates indexes and triggers again. */
static void
restore_stored(dbcsl_migrate_table_rebuild *r)
{
	for (int i = 0; i < r->parts->nrows; i++)
	{
		const dbc_value *part = dbc_get_row(&r->h->base, r->parts, i, "ttt");
		const char *kind = part[P_TYPE].text;
		dbcsl_token create = dbcsl_first_token(part[P_SQL].text);
		dbcsl_token next = dbcsl_next_token(&create);

		create_again(r, dbcsl_is_word(&next, "unique") ? "unique index" : kind,
					 "main", part[P_SQL].text);
	}
}

/* The automatic index of the new table with the columns of an old one,
 * preferably that of the same name; NULL if there is none. */
static const char *
find_same_key(dbcsl_migrate_table_rebuild *r, const dbc_rows *keys, int old)
{
	dbc_host *host = &r->h->base;
	const char *name = dbc_get_text(host, r->keys, old, K_NAME);
	const char *columns = dbc_get_text(host, r->keys, old, K_COLUMNS);
	const char *found = NULL;

	for (int i = 0; i < keys->nrows; i++)
	{
		const char *other = dbc_get_text(host, keys, i, K_NAME);

		if (strcmp(dbc_get_text(host, keys, i, K_COLUMNS), columns) == 0 &&
			(!found || strcmp(other, name) == 0))
			found = other;
	}
	return found;
}

/* Moves the statistics of an automatic index to the one that has its columns
 * now, or deletes them. */
static void
move_key(dbcsl_migrate_table_rebuild *r, const char *statistics,
		 const char *hidden, const char *from, const char *to)
{
	const char *where =
		dbcsl_printf(r->h, "where tbl = %Q collate nocase and idx = %Q", hidden,
					 dbcsl_printf(r->h, HIDDEN "%s", from));

	if (!to)
		dbc_append(&r->sql, dbcsl_printf(r->h, "delete from main.%s %s;\n",
										 statistics, where));
	else if (strcmp(from, to) != 0)
		dbc_append(&r->sql,
				   dbcsl_printf(r->h,
								"update main.%s set tbl = %Q, idx = %Q %s;\n",
								statistics, r->to.name, to, where));
}

/* Restores the results of ANALYZE except for indexes that no longer exist. */
static void
restore_statistics(dbcsl_migrate_table_rebuild *r)
{
	dbcsl_host *h = r->h;
	const char *hidden = dbc_format(&h->base, HIDDEN "%s", r->from.name);
	const dbc_rows *keys = read_keys(r, &r->to);

	for (int i = 0; i < r->statistics->nrows; i++)
	{
		const char *table = dbc_get_text(&h->base, r->statistics, i, 0);

		for (int k = 0; k < r->keys->nrows; k++)
			move_key(r, table, hidden,
					 dbc_get_text(&h->base, r->keys, k, K_NAME),
					 find_same_key(r, keys, k));
		dbc_append(&r->sql, dbcsl_printf(h,
										 "update main.%s set tbl = %Q, "
										 "idx = substr(idx, " BEHIND_HIDDEN ") "
										 "where tbl = %Q collate nocase;\n",
										 table, r->to.name, hidden));
	}
	if (r->statistics->nrows > 0)
		dbc_append(&r->sql, "analyze main.sqlite_schema;\n");
	dbcsl_migrate_run_appended(r);
}

void
dbcsl_migrate_restore_parts(dbcsl_migrate_table_rebuild *r)
{
	restore_stored(r);
	for (int i = 0; i < r->ntemporary; i++)
		create_again(r, "trigger", "temp", r->temporary[i]);
	restore_statistics(r);
}
