/*
 * salvage_row.c
 *	  The new file of a salvage: its tables and rows.
 *
 * Statements of the damaged schema create tables, which runs nothing of them:
 * the connection trusts no schema, fires no trigger and checks no constraint
 * but keys, and rows are inserted by values.
 */
#include "sqlite_ext/check/salvage.h"
#include "sqlite_ext/sql/ddl.h"
#include "sqlite_ext/trust/unsafe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define STRAY "lost_and_found"

/* Values of a stray row that are kept. */
#define MOST_STRAY 100

/* Runs a statement in the new file; false if it fails. */
static bool
run(dbcsl_salvage *s, const char *sql)
{
	return sqlite3_exec(s->out, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* The same; returns why it fails, or NULL. */
static const char *
try_to_run(dbcsl_salvage *s, const char *sql)
{
	return run(s, sql) ? NULL
					   : dbc_format(&s->h->base, "%s", sqlite3_errmsg(s->out));
}

/* Creates an object; returns why it could not be, or NULL.  The text can be any:
 * only the one CREATE statement that SQLite would read of it is run. */
static const char *
create(dbcsl_salvage *s, dbcsl_ddl_kind kind, const char *sql)
{
	const dbcsl_ddl ddl = dbcsl_read_ddl(s->h, sql);

	return ddl.kind == kind ? try_to_run(s, ddl.text)
							: "the SQL stored for it does not create one";
}

/* Runs a statement that must work. */
static void
must_run(dbcsl_salvage *s, const char *sql)
{
	if (!run(s, sql))
		dbc_fail(&s->h->base, "58030", NULL, NULL, "cannot write \"%s\": %s",
				 s->call->destination, sqlite3_errmsg(s->out));
}

static sqlite3_stmt *
prepare(dbcsl_salvage *s, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	(void) sqlite3_prepare_v2(s->out, sql, -1, &statement, NULL);
	return statement;
}

/* ---- tables ---- */

/* Reads the columns of a table in the order of its records: of a table without
 * rowid, those of the key come first. */
static void
read_columns(dbcsl_salvage *s, dbcsl_salvaged_table *t)
{
	sqlite3_stmt *columns = prepare(
		s, dbcsl_printf(
			   s->h,
			   "select x.name, x.hidden, x.pk, lower(x.type), l.wr "
			   "from temp.pragma_table_xinfo(%Q) as x "
			   "join temp.pragma_table_list(%Q) as l on l.schema = 'main' "
			   "where x.hidden <> 2 "
			   "order by iif(l.wr and x.pk > 0, x.pk, 10000), x.cid",
			   t->name, t->name));
	int nkeys = 0;
	int key = -1;

	t->has_rowid = true;
	while (columns && sqlite3_step(columns) == SQLITE_ROW)
	{
		const char *name = (const char *) sqlite3_column_text(columns, 0);
		const char *type = (const char *) sqlite3_column_text(columns, 3);

		t->columns = dbc_grow(&s->h->base, t->columns, (size_t) t->ncolumns,
							  sizeof(*t->columns));
		t->has_rowid = !sqlite3_column_int(columns, 4);
		if (sqlite3_column_int(columns, 2) > 0)
		{
			nkeys++;
			key = dbc_same(type, "integer") ? t->ncolumns : -1;
		}
		t->columns[t->ncolumns++] =
			sqlite3_column_int(columns, 1) == 0
				? dbc_copy(&s->h->base, name, strlen(name))
				: NULL;
	}
	sqlite3_finalize(columns);
	t->rowid_column = nkeys == 1 && t->has_rowid ? key : -1;
	t->inserts = dbc_alloc(&s->h->base,
						   ((size_t) t->ncolumns + 1) * sizeof(sqlite3_stmt *));
}

/* Whether a table is the one that inserts into others change. */
static bool
comes_last(const dbcsl_salvaged_table *t)
{
	return dbc_same(t->name, "sqlite_sequence");
}

/* Makes a table; those of SQLite itself come with others. */
static void
create_table(dbcsl_salvage *s, dbcsl_salvaged_table *t)
{
	const char *problem = NULL;

	if (dbc_starts_with(t->name, "sqlite_"))
		t->created = comes_last(t) && run(s, "select 1 from sqlite_sequence");
	else
	{
		problem = create(s, DBCSL_TABLE, t->sql ? t->sql : "");
		t->created = !problem;
	}
	if (t->created)
		read_columns(s, t);
	else if (!dbc_starts_with(t->name, "sqlite_stat"))
		dbcsl_check_salvage_note(
			s, t->name, t->root,
			dbc_format(&s->h->base, "the table could not be created: %s",
					   problem ? problem : sqlite3_errmsg(s->out)));
}

/* Makes the file, which others cannot read: SQLite would give it the mode of
 * any new file.  Returns its name for SQLite, which takes some for a URI or for
 * a database without a file. */
static const char *
create_file(dbcsl_salvage *s)
{
	const char *path = s->call->destination;
	int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int reason = errno;

	if (file < 0 && reason == EEXIST)
		dbc_fail(&s->h->base, DBC_DUPLICATE_OBJECT, NULL,
				 "Name a file that does not exist.", "\"%s\" exists already",
				 path);
	if (file < 0)
		dbc_fail(&s->h->base, "58030", NULL, NULL, "cannot write \"%s\": %s",
				 path, strerror(reason));
	(void) close(file);
	s->made = true;
	return path[0] == '/' ? path : dbc_format(&s->h->base, "./%s", path);
}

void
dbcsl_check_salvage_create(dbcsl_salvage *s)
{
	static const char *const encodings[] = {"UTF-8", "UTF-16le", "UTF-16be"};
	const char *name = create_file(s);
	int code;

	code = sqlite3_open_v2(name, &s->out,
						   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
							   SQLITE_OPEN_PRIVATECACHE,
						   NULL);
	if (code != SQLITE_OK || dbcsl_distrust_schemas(s->out) != SQLITE_OK)
		dbc_fail(&s->h->base, "58030", NULL, NULL, "cannot write \"%s\": %s",
				 s->call->destination, sqlite3_errmsg(s->out));
	sqlite3_db_config(s->out, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(s->out, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	must_run(s, dbcsl_printf(s->h,
							 "pragma page_size = %d; pragma encoding = '%s'; "
							 "pragma ignore_check_constraints = on; "
							 "pragma synchronous = off; begin",
							 s->f.page_size, encodings[s->encoding - 1]));
	for (int last = 0; last < 2; last++)
		for (int i = 0; i < s->ntables; i++)
			if (comes_last(&s->tables[i]) == last)
				create_table(s, &s->tables[i]);
}

/* ---- rows ---- */

/* The statement that inserts so many values; others have their defaults. */
static sqlite3_stmt *
insert_of(dbcsl_salvage *s, dbcsl_salvaged_table *t, int nfields)
{
	dbc_buffer sql;
	dbc_buffer values;
	int count = 0;

	if (t->inserts[nfields])
		return t->inserts[nfields];
	dbc_buffer_init(&sql, &s->h->base);
	dbc_buffer_init(&values, &s->h->base);
	dbc_append(&sql, dbcsl_printf(s->h, "insert or ignore into main.\"%w\" (",
								  t->name));
	for (int i = -1; i < nfields; i++)
	{
		if (i < 0 ? !t->has_rowid || t->rowid_column >= 0 : !t->columns[i])
			continue;
		dbc_append(&sql, count++ > 0 ? ", " : "");
		dbc_append(&sql, i < 0 ? "_rowid_"
							   : dbcsl_printf(s->h, "\"%w\"", t->columns[i]));
		dbc_append_format(&values, "%s?%d", count > 1 ? ", " : "", i + 2);
	}
	dbc_append_format(&sql, ") values (%s)", values.data);
	t->inserts[nfields] = prepare(s, sql.data);
	return t->inserts[nfields];
}

/* Binds a value of a record. */
static void
bind_field(const dbcsl_salvage *s, sqlite3_stmt *statement, int number,
		   const dbcsl_field *field)
{
	switch (field->type)
	{
		case SQLITE_INTEGER:
			sqlite3_bind_int64(statement, number, field->integer);
			break;
		case SQLITE_FLOAT:
			sqlite3_bind_double(statement, number, field->real);
			break;
		case SQLITE_TEXT:
			sqlite3_bind_text64(statement, number, (const char *) field->bytes,
								(sqlite3_uint64) field->length, SQLITE_STATIC,
								(unsigned char) s->encoding);
			break;
		case SQLITE_BLOB:
			sqlite3_bind_blob64(statement, number, field->bytes,
								(sqlite3_uint64) field->length, SQLITE_STATIC);
			break;
		default:
			sqlite3_bind_null(statement, number);
	}
}

/* Whether text can be what was stored: overwritten bytes are seldom UTF-8, and
 * text has no zeros, which a page that was cleared is full of. */
static bool
is_text(const dbcsl_salvage *s, const dbcsl_field *field)
{
	size_t length = (size_t) field->length;

	return s->encoding != SQLITE_UTF8 ||
		   (!memchr(field->bytes, 0, length) &&
			dbc_valid_utf8((const char *) field->bytes, length) == length);
}

bool
dbcsl_check_salvage_fits(const dbcsl_salvage *s, const dbcsl_salvaged_table *t,
						 int nfields)
{
	if (!t->created || nfields < 1 || nfields > t->ncolumns)
		return false;
	for (int i = 0; i < nfields; i++)
	{
		const dbcsl_field *field = &s->fields[i];

		if (i == t->rowid_column && field->type != SQLITE_NULL)
			return false;
		if (field->type == SQLITE_TEXT && !is_text(s, field))
			return false;
	}
	return true;
}

bool
dbcsl_check_salvage_insert(dbcsl_salvage *s, dbcsl_salvaged_table *t,
						   int64_t rowid, int nfields)
{
	sqlite3_stmt *insert;
	int before = sqlite3_total_changes(s->out);
	bool done;

	if (!dbcsl_check_salvage_fits(s, t, nfields))
		return false;
	insert = insert_of(s, t, nfields);
	if (!insert)
		return false;
	if (t->has_rowid)
		sqlite3_bind_int64(
			insert, t->rowid_column < 0 ? 1 : t->rowid_column + 2, rowid);
	for (int i = 0; i < nfields; i++)
		if (t->columns[i] && i != t->rowid_column)
			bind_field(s, insert, i + 2, &s->fields[i]);
	done = sqlite3_step(insert) == SQLITE_DONE &&
		   sqlite3_total_changes(s->out) > before;
	sqlite3_reset(insert);
	sqlite3_clear_bindings(insert);
	t->rows += done;
	return done;
}

/* Makes the table of stray rows at the first one. */
static bool
need_stray(dbcsl_salvage *s)
{
	dbc_buffer sql;
	dbc_buffer values;

	if (s->stray)
		return true;
	dbc_buffer_init(&sql, &s->h->base);
	dbc_buffer_init(&values, &s->h->base);
	dbc_append(&sql, "create table main." STRAY " (page, nfield, id");
	for (int i = 0; i < MOST_STRAY; i++)
	{
		dbc_append_format(&sql, ", c%d", i);
		dbc_append(&values, ", ?");
	}
	dbc_append(&sql, ")");
	if (!run(s, sql.data))
		return false;
	s->stray =
		prepare(s, dbc_format(&s->h->base,
							  "insert into main." STRAY " values (?, ?, ?%s)",
							  values.data));
	return s->stray != NULL;
}

void
dbcsl_check_salvage_insert_stray(dbcsl_salvage *s, int64_t page, int64_t rowid,
								 int nfields)
{
	if (!need_stray(s))
		return;
	sqlite3_bind_int64(s->stray, 1, page);
	sqlite3_bind_int(s->stray, 2, nfields);
	sqlite3_bind_int64(s->stray, 3, rowid);
	for (int i = 0; i < nfields && i < MOST_STRAY; i++)
		bind_field(s, s->stray, i + 4, &s->fields[i]);
	s->nstray += sqlite3_step(s->stray) == SQLITE_DONE;
	sqlite3_reset(s->stray);
	sqlite3_clear_bindings(s->stray);
}

/* ---- rows of a backup ---- */

/* Takes the rows of one table in a range of rowids; all if it has none. */
static void
merge_range(dbcsl_salvage *s, dbcsl_salvaged_table *t, const char *columns,
			const dbcsl_lost_range *range)
{
	const char *where =
		range && t->has_rowid
			? dbc_format(&s->h->base,
						 " where _rowid_ > %lld and _rowid_ <= %lld",
						 (long long) range->after, (long long) range->last)
			: "";
	int before = sqlite3_total_changes(s->out);

	if (run(s, dbcsl_printf(s->h,
							"insert or ignore into main.\"%w\" (%s) "
							"select %s from restored.\"%w\"%s",
							t->name, columns, columns, t->name, where)))
		t->from_backup += sqlite3_total_changes(s->out) - before;
	else
		dbcsl_check_salvage_note(
			s, t->name, 0,
			dbc_format(&s->h->base, "no row was taken from the backup: %s",
					   sqlite3_errmsg(s->out)));
}

static void
merge_table(dbcsl_salvage *s, dbcsl_salvaged_table *t)
{
	dbc_buffer columns;

	if (!t->created || !t->is_damaged)
		return;
	dbc_buffer_init(&columns, &s->h->base);
	dbc_append(&columns, t->has_rowid && t->rowid_column < 0 ? "_rowid_" : "");
	for (int i = 0; i < t->ncolumns; i++)
		if (t->columns[i])
			dbc_append(&columns, dbcsl_printf(s->h, "%s\"%w\"",
											  columns.length > 0 ? ", " : "",
											  t->columns[i]));
	if (!t->has_rowid)
		merge_range(s, t, columns.data, NULL);
	for (int i = 0; i < t->nranges && t->has_rowid; i++)
		merge_range(s, t, columns.data, &t->ranges[i]);
}

void
dbcsl_check_salvage_merge(dbcsl_salvage *s)
{
	if (!s->call->restored)
		return;
	if (access(s->call->restored, R_OK) != 0)
		dbc_fail(&s->h->base, DBC_UNDEFINED_OBJECT, NULL,
				 "Restore a backup to a new file first: dbbackup_restore().",
				 "cannot open \"%s\"", s->call->restored);
	must_run(s, "commit");
	must_run(s, dbcsl_printf(s->h, "attach %Q as restored; begin",
							 s->call->restored));
	for (int i = 0; i < s->ntables; i++)
		merge_table(s, &s->tables[i]);
	must_run(s, "commit; detach restored; begin");
}

/* ---- the end ---- */

/* Makes an object; returns why it could not be, or NULL.  The shadow tables of a
 * virtual table are there already, so only its entry in the schema is made. */
static const char *
create_object(dbcsl_salvage *s, const dbcsl_salvaged_object *o)
{
	const dbcsl_ddl ddl = dbcsl_read_ddl(s->h, o->sql);

	if (ddl.kind != DBCSL_VIRTUAL_TABLE)
		return create(s,
					  dbc_same(o->type, "index")  ? DBCSL_INDEX
					  : dbc_same(o->type, "view") ? DBCSL_VIEW
												  : DBCSL_TRIGGER,
					  o->sql);
	return try_to_run(
		s,
		dbcsl_printf(s->h,
					 "pragma writable_schema = on; insert into sqlite_schema "
					 "(type, name, tbl_name, rootpage, sql) values "
					 "('table', %Q, %Q, 0, %Q); pragma writable_schema = off",
					 o->name, o->name, ddl.text));
}

void
dbcsl_check_salvage_begin_rows(dbcsl_salvage *s, const dbcsl_salvaged_table *t)
{
	if (comes_last(t))
		(void) run(s, "delete from sqlite_sequence");
}

void
dbcsl_check_salvage_finish(dbcsl_salvage *s)
{
	for (int i = 0; i < s->nobjects; i++)
	{
		const dbcsl_salvaged_object *o = &s->objects[i];
		const char *problem = o->sql ? create_object(s, o) : NULL;

		if (problem)
			dbcsl_check_salvage_note(
				s, o->name, 0,
				dbc_format(&s->h->base, "the %s could not be created: %s",
						   o->type, problem));
	}
	for (int i = 0; i < s->ntables; i++)
		for (int k = 0; k <= s->tables[i].ncolumns && s->tables[i].inserts; k++)
		{
			sqlite3_finalize(s->tables[i].inserts[k]);
			s->tables[i].inserts[k] = NULL;
		}
	sqlite3_finalize(s->stray);
	s->stray = NULL;
	must_run(s, "commit; pragma synchronous = full; "
				"pragma user_version = user_version");
}
