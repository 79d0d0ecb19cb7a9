/*
 * trigger.c
 *	  What triggers of the application keep.
 *
 * A full-text table may have what its content has, or what triggers make of it:
 * a text without marks, some of the rows.  Only the first can be followed, so
 * the statements of the triggers are compared with those of SQLite's
 * documentation:
 *
 *	  insert into f (rowid, a, b) values (new.id, new.a, new.b);
 *	  insert into f (f, rowid, a, b) values ('delete', old.id, old.a, old.b);
 *	  delete from f where docid = old.id;
 */
#include "sqlite_ext/row/fulltext.h"
#include "sqlite_ext/sql/token.h"

#include "common/row/unfired.h"

/* A trigger of the application. */
typedef struct trigger
{
	int event;		  /* see common/row/unfired.h */
	bool conditional; /* has WHEN */
	dbcsl_token body; /* the first statement; or WHEN */
} trigger;

/* A place in the body of a trigger. */
typedef struct reader
{
	dbcsl_host *h;
	dbcsl_token token;
} reader;

/* Most columns of a full-text table that are compared. */
#define MOST_COLUMNS 100

static void
advance(reader *r)
{
	r->token = dbcsl_next_token(&r->token);
}

static bool
accept_word(reader *r, const char *word)
{
	if (!dbcsl_is_word(&r->token, word))
		return false;
	advance(r);
	return true;
}

static bool
accept(reader *r, char c)
{
	if (r->token.kind != DBCSL_OTHER || r->token.length != 1 ||
		r->token.text[0] != c)
		return false;
	advance(r);
	return true;
}

/* Reads a name; NULL if there is none. */
static const char *
read_name(reader *r)
{
	const char *name = NULL;

	if (r->token.kind == DBCSL_WORD ||
		(r->token.kind == DBCSL_QUOTED && r->token.text[0] != '\''))
	{
		name = dbcsl_unquote_token(r->h, &r->token);
		advance(r);
	}
	return name;
}

static void
skip_statement(reader *r)
{
	while (r->token.kind != DBCSL_END && r->token.kind != DBCSL_SEMICOLON)
		advance(r);
	if (r->token.kind == DBCSL_SEMICOLON)
		advance(r);
}

/* ---- the head ---- */

/* Parses a trigger up to its body. */
static trigger
read_trigger(dbcsl_host *h, const char *definition)
{
	reader r = {.h = h};
	trigger t = {.conditional = false};

	/* SQLite stores CREATE TRIGGER and the text from the name on */
	r.token = dbcsl_first_token(definition);
	accept_word(&r, "create");
	accept_word(&r, "trigger");
	advance(&r);
	if (accept(&r, '.'))
		advance(&r);
	if (!accept_word(&r, "before"))
		accept_word(&r, "after");
	t.event = dbcsl_is_word(&r.token, "insert")	  ? DBC_ROWS_INSERTED
			  : dbcsl_is_word(&r.token, "delete") ? DBC_ROWS_DELETED
												  : DBC_ROWS_UPDATED;
	while (r.token.kind != DBCSL_END && !accept_word(&r, "on"))
		advance(&r);
	read_name(&r);
	if (accept(&r, '.'))
		read_name(&r);
	if (accept_word(&r, "for"))
	{
		accept_word(&r, "each");
		accept_word(&r, "row");
	}
	t.conditional = !accept_word(&r, "begin");
	t.body = r.token;
	return t;
}

/* ---- the statements ---- */

bool
dbcsl_row_is_rowid(const dbcsl_row_shape *shape, const char *name)
{
	for (int i = 0; i < shape->ncolumns; i++)
		if (sqlite3_stricmp(shape->columns[i].name, name) == 0)
			return shape->rowid && !shape->rowid_name && shape->nkeys == 1 &&
				   shape->keys[0] == i;
	return shape->rowid && (sqlite3_stricmp(name, "rowid") == 0 ||
							sqlite3_stricmp(name, "oid") == 0 ||
							sqlite3_stricmp(name, "_rowid_") == 0);
}

/* Whether a name is that of the rowid of a full-text table. */
static bool
is_docid(const dbcsl_row_index *index, const char *name)
{
	return sqlite3_stricmp(name, "rowid") == 0 ||
		   (!index->command && sqlite3_stricmp(name, "docid") == 0);
}

/* Reads a column of the old or the new row; NULL if there is none. */
static const char *
read_column(reader *r, const char *image)
{
	return accept_word(r, image) && accept(r, '.') ? read_name(r) : NULL;
}

/* Whether a value is what a full-text table with the content of the table has
 * in a column. */
static bool
is_content(const dbcsl_row_indexes *indexes, const dbcsl_row_index *index,
		   const char *name, const char *column)
{
	return is_docid(index, name) ? dbcsl_row_is_rowid(indexes->shape, column)
								 : sqlite3_stricmp(name, column) == 0;
}

/* Whether names are the columns of a full-text table and its rowid. */
static bool
is_whole(const dbcsl_row_index *index, const char *const *names, int count)
{
	int found = 0;

	for (int i = 0; i < count; i++)
	{
		found += is_docid(index, names[i]);
		for (int c = 0; c < index->ncolumns; c++)
			found += sqlite3_stricmp(names[i], index->columns[c]) == 0;
	}
	return found == count && count == index->ncolumns + 1;
}

/* Skips the command 'delete' in the list of columns, and in the values. */
static bool
accept_command(reader *r, const dbcsl_row_index *index)
{
	reader ahead = *r;
	const char *name = index->command ? read_name(&ahead) : NULL;

	if (!name || sqlite3_stricmp(name, index->command) != 0 ||
		!accept(&ahead, ','))
		return false;
	*r = ahead;
	return true;
}

static bool
accept_delete(reader *r)
{
	if (r->token.kind != DBCSL_QUOTED ||
		sqlite3_stricmp(dbcsl_unquote_token(r->h, &r->token), "delete") != 0)
		return false;
	advance(r);
	return accept(r, ',');
}

/* Whether an INSERT, from the name of the table on, adds or removes what the
 * content has. */
static bool
is_plain_insert(reader *r, const dbcsl_row_indexes *indexes,
				const dbcsl_row_index *index)
{
	const char *names[MOST_COLUMNS];
	bool removes;
	int count = 0;

	if (!accept(r, '('))
		return false;
	removes = accept_command(r, index);
	do
	{
		if (count == MOST_COLUMNS)
			return false;
		names[count] = read_name(r);
		if (!names[count++])
			return false;
	} while (accept(r, ','));
	if (!accept(r, ')') || !accept_word(r, "values") || !accept(r, '(') ||
		(removes && !accept_delete(r)))
		return false;
	for (int i = 0; i < count; i++)
	{
		const char *column = i > 0 && !accept(r, ',')
								 ? NULL
								 : read_column(r, removes ? "old" : "new");

		if (!column || !is_content(indexes, index, names[i], column))
			return false;
	}
	return accept(r, ')') && is_whole(index, names, count);
}

/* Whether a DELETE, from the name of the table on, removes the old row. */
static bool
is_plain_delete(reader *r, const dbcsl_row_indexes *indexes,
				const dbcsl_row_index *index)
{
	const char *name;
	const char *column;

	/* FTS5 reads what it removes from the content, which has changed */
	if (index->command || !accept_word(r, "where"))
		return false;
	name = read_name(r);
	if (!name || !is_docid(index, name) || !accept(r, '='))
		return false;
	column = read_column(r, "old");
	return column && dbcsl_row_is_rowid(indexes->shape, column);
}

/* The full-text table that a statement keeps equal to its content, or NULL. */
static dbcsl_row_index *
find_plain(reader r, const dbcsl_row_indexes *indexes)
{
	bool inserts = accept_word(&r, "insert");
	const char *name;

	if (!inserts && !accept_word(&r, "delete"))
		return NULL;
	if (!accept_word(&r, inserts ? "into" : "from"))
		return NULL;
	name = read_name(&r);
	for (int i = 0; name && i < indexes->count; i++)
	{
		dbcsl_row_index *index = &indexes->list[i];

		if (sqlite3_stricmp(index->name, name) == 0 && index->is_view)
			return index->follows ? index : NULL;
		if (sqlite3_stricmp(index->name, name) == 0)
			return (inserts ? is_plain_insert(&r, indexes, index)
							: is_plain_delete(&r, indexes, index)) &&
						   r.token.kind == DBCSL_SEMICOLON
					   ? index
					   : NULL;
	}
	return NULL;
}

/* Notes the full-text tables that a text, or its first statement, names. */
static void
note_differing(reader r, const dbcsl_row_indexes *indexes, bool whole)
{
	for (; r.token.kind != DBCSL_END &&
		   (whole || r.token.kind != DBCSL_SEMICOLON);
		 advance(&r))
		if (r.token.kind == DBCSL_WORD || r.token.kind == DBCSL_QUOTED)
			for (int i = 0; i < indexes->count; i++)
				if (sqlite3_stricmp(dbcsl_unquote_token(r.h, &r.token),
									indexes->list[i].name) == 0)
					indexes->list[i].mentioned = indexes->list[i].differs =
						true;
}

bool
dbcsl_row_does_more(dbcsl_host *h, const char *definition, int events,
					const dbcsl_row_indexes *indexes)
{
	trigger t = read_trigger(h, definition);
	reader r = {.h = h, .token = t.body};

	if ((t.event & events) == 0)
		return false;
	if (t.conditional)
		return true;
	for (; r.token.kind != DBCSL_END && !dbcsl_is_word(&r.token, "end");
		 skip_statement(&r))
	{
		const dbcsl_row_index *index = find_plain(r, indexes);

		if (!index || index->differs)
			return true;
	}
	return false;
}

static void
note_trigger(dbcsl_host *h, const trigger *t, const dbcsl_row_indexes *indexes)
{
	reader r = {.h = h, .token = t->body};

	if (t->conditional)
	{
		note_differing(r, indexes, true);
		return;
	}
	for (; r.token.kind != DBCSL_END && !dbcsl_is_word(&r.token, "end");
		 skip_statement(&r))
	{
		dbcsl_row_index *index = find_plain(r, indexes);

		if (index)
			index->mentioned = true;
		else
			note_differing(r, indexes, false);
	}
}

void
dbcsl_row_read_triggers(dbcsl_host *h, const dbc_relation *table,
						dbcsl_row_indexes *indexes)
{
	dbc_host *host = &h->base;
	const dbc_rows *rows =
		dbc_query(host, "row/triggers", dbc_text(table->name));

	for (int i = 0; i < rows->nrows; i++)
	{
		trigger t = read_trigger(h, dbc_get_text(host, rows, i, 1));

		note_trigger(h, &t, indexes);
	}
}
