/*
 * logged.c
 *	  Changes of rows that are logged although triggers are switched off.
 *
 * An entry is made of the text of the rows: values are copied once.
 */
#include "sqlite_ext/row/step.h"

#include <string.h>

#include "common/core/tables.h"

#define MASKED "{\"masked\": true}"

/* Columns of row/log_columns.sql. */
enum
{
	C_NAME,
	C_LABEL,
	C_IS_KEY,
	C_TREAT,
	C_HASHED,
	C_HAS_INSERTS
};

/* A column of the log, and its values in a row before and after a change. */
typedef struct column
{
	const char *name;
	const char *label;
	const char *treat; /* NULL: its values are logged */
	const char *hashed;
	bool is_key;
	dbcsl_row_member old;
	dbcsl_row_member new;
} column;

struct dbcsl_row_log
{
	int64_t shape_id;
	bool has_inserts;
	int nkeys;
	int ncolumns;
	column *columns;
	/* of an entry; their memory is used again */
	dbc_buffer key;
	dbc_buffer new_key;
	dbc_buffer changed;
};

dbcsl_row_log *
dbcsl_row_read_log(dbcsl_host *h, const dbc_relation *table)
{
	dbc_host *host = &h->base;
	dbcsl_row_log *log;
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return NULL;
	rows = dbc_query(host, "row/logged", dbc_text(table->schema),
					 dbc_text(table->name));
	log = dbc_alloc(host, sizeof(*log));
	*log = (dbcsl_row_log){.shape_id = dbc_get_int(host, rows, 0, 0)};
	if (log->shape_id == 0)
		return NULL;
	rows = dbc_query(host, "row/log_columns", dbc_int(log->shape_id),
					 dbc_get_value(host, rows, 0, 1));
	log->ncolumns = rows->nrows;
	log->columns =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*log->columns));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttbTtb");

		log->columns[i] = (column){.name = cells[C_NAME].text,
								   .label = cells[C_LABEL].text,
								   .is_key = cells[C_IS_KEY].integer,
								   .treat = cells[C_TREAT].text,
								   .hashed = cells[C_HASHED].text};
		log->nkeys += log->columns[i].is_key;
		log->has_inserts = cells[C_HAS_INSERTS].integer;
	}
	dbc_buffer_init(&log->key, host);
	dbc_buffer_init(&log->new_key, host);
	dbc_buffer_init(&log->changed, host);
	return log;
}

/* ---- the values of a row ---- */

/* The column that a member is of, NULL if it is not logged; *next as with
 * dbcsl_row_column_of(). */
static column *
column_of(dbcsl_row_log *log, const dbcsl_row_member *member, int *next)
{
	for (int i = 0; i < log->ncolumns; i++)
	{
		int at = (*next + i) % log->ncolumns;

		if (!dbcsl_row_is_tag(&member->name, log->columns[at].name))
			continue;
		*next = (at + 1) % log->ncolumns;
		return &log->columns[at];
	}
	return NULL;
}

/* Reads the values of a row, or none; returns the length of its text. */
static size_t
read_values(dbcsl_host *h, dbcsl_row_log *log, const char *row, bool is_new)
{
	dbcsl_row_reader reader = {.h = h, .at = row};
	dbcsl_row_member member;
	int next = 0;

	for (int i = 0; i < log->ncolumns; i++)
		*(is_new ? &log->columns[i].new : &log->columns[i].old) =
			(dbcsl_row_member){.type = 0};
	if (!row)
		return 0;
	while (dbcsl_row_next_member(&reader, &member))
	{
		column *found = column_of(log, &member, &next);

		if (found)
			*(is_new ? &found->new : &found->old) = member;
	}
	return (size_t) (reader.at - row);
}

static bool
is_same(const dbcsl_row_string *left, const dbcsl_row_string *right)
{
	return left->length == right->length &&
		   memcmp(left->text, right->text, left->length) == 0;
}

/* Whether the values of a column differ. */
static bool
differs(const column *c)
{
	if (c->old.type == SQLITE_NULL && c->new.type == SQLITE_NULL)
		return false;
	return c->old.type != c->new.type || !is_same(&c->old.text, &c->new.text) ||
		   (c->old.type == SQLITE_BLOB && !is_same(&c->old.tag, &c->new.tag));
}

/* ---- writing ---- */

/* Appends a value as triggers write it. */
static void
append_plain(dbc_buffer *text, const dbcsl_row_member *value)
{
	const char *before = value->type == SQLITE_TEXT ? "\"" : "";

	if (value->type == SQLITE_NULL)
	{
		dbc_append(text, "null");
		return;
	}
	if (value->type == SQLITE_BLOB)
	{
		dbc_append(text, "{\"");
		dbc_append_bytes(text, value->tag.text, value->tag.length);
		before = "\": \"";
	}
	dbc_append(text, before);
	dbc_append_bytes(text, value->text.text, value->text.length);
	dbc_append(text, value->type == SQLITE_BLOB	  ? "\"}"
					 : value->type == SQLITE_TEXT ? "\""
												  : "");
}

/* Appends what is logged for a value. */
static void
append_value(dbc_buffer *text, const column *c, const dbcsl_row_member *value)
{
	dbcsl_host *h = dbcsl_of(text->host);
	sqlite3_stmt *hash;
	size_t from = text->length;

	if (!c->treat)
	{
		append_plain(text, value);
		return;
	}
	if (dbc_same(c->treat, "mask"))
	{
		dbc_append(text, MASKED);
		return;
	}
	append_plain(text, value);
	hash = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "row/log_hash")->text);
	dbcsl_row_bind_text(h, hash, "$1", text->data + from);
	dbcsl_row_bind_text(h, hash, "$2", c->hashed);
	dbcsl_row_step_statement(h, hash);
	text->length = from;
	text->data[from] = '\0';
	dbc_append(text, (const char *) sqlite3_column_text(hash, 0));
	sqlite3_reset(hash);
}

/* Whether a value, or what it is masked by, is logged. */
static bool
is_written(const column *c, const dbcsl_row_member *value)
{
	return value->type || (c->treat && dbc_same(c->treat, "mask"));
}

/* Begins another member of an object. */
static void
append_label(dbc_buffer *text, const column *c)
{
	dbc_append(text, text->length > 0 ? ", " : "{");
	dbc_append(text, c->label);
}

static void
empty(dbc_buffer *text)
{
	text->length = 0;
	text->data[0] = '\0';
}

/* Writes the key of the row before or after the change. */
static void
write_key(dbcsl_row_log *log, dbc_buffer *key, bool is_new)
{
	empty(key);
	for (int i = 0; i < log->ncolumns; i++)
	{
		const column *c = &log->columns[i];
		const dbcsl_row_member *value = is_new ? &c->new : &c->old;

		if (!value->type)
			value = is_new ? &c->old : &c->new;
		if (!c->is_key || !value->type)
			continue;
		if (log->nkeys > 1)
			append_label(key, c);
		append_plain(key, value);
	}
	dbc_append(key, log->nkeys > 1 ? "}" : "");
}

/* Writes the values of one row. */
static void
write_row(dbcsl_row_log *log, bool is_new)
{
	for (int i = 0; i < log->ncolumns; i++)
	{
		const column *c = &log->columns[i];
		const dbcsl_row_member *value = is_new ? &c->new : &c->old;

		if (!is_written(c, value))
			continue;
		append_label(&log->changed, c);
		append_value(&log->changed, c, value);
	}
}

/* Writes the values that differ. */
static void
write_changes(dbcsl_row_log *log)
{
	for (int i = 0; i < log->ncolumns; i++)
	{
		const column *c = &log->columns[i];

		if (!differs(c) || !is_written(c, &c->old) || !is_written(c, &c->new))
			continue;
		append_label(&log->changed, c);
		dbc_append(&log->changed, "[");
		append_value(&log->changed, c, &c->old);
		dbc_append(&log->changed, ", ");
		append_value(&log->changed, c, &c->new);
		dbc_append(&log->changed, "]");
	}
}

void
dbcsl_row_write_log(dbcsl_host *h, dbcsl_row_log *log, const char *old,
					const char *new)
{
	sqlite3_stmt *insert;
	size_t length;

	if (!log)
		return;
	length = read_values(h, log, old, false) + read_values(h, log, new, true);
	write_key(log, &log->key, false);
	write_key(log, &log->new_key, true);
	/* a large row at once */
	if (length >= log->changed.room && (old || log->has_inserts))
		dbc_buffer_init_for(&log->changed, &h->base, length + length / 8);
	empty(&log->changed);
	if (old && new)
		write_changes(log);
	else if (old || log->has_inserts)
		write_row(log, !old);
	if (log->changed.length > 0)
		dbc_append(&log->changed, "}");
	else if (old && new)
		return;
	insert = dbcsl_row_prepare_cached(
		h, dbc_find_sql(&h->base, "row/log_row")->text);
	sqlite3_bind_int64(insert, sqlite3_bind_parameter_index(insert, "$1"),
					   log->shape_id);
	dbcsl_row_bind_text(h, insert, "$2",
						!old   ? "insert"
						: !new ? "delete"
							   : "update");
	dbcsl_row_bind_text(h, insert, "$3", log->key.data);
	dbcsl_row_bind_text(h, insert, "$4",
						log->changed.length > 0 ? log->changed.data : NULL);
	dbcsl_row_bind_text(
		h, insert, "$5",
		dbc_same(log->key.data, log->new_key.data) ? NULL : log->new_key.data);
	dbcsl_row_run_statement(h, insert);
}
