/*
 * answers.c
 *	  Results of embedded statements that a connection keeps.
 *
 * What a call reads of the schema before it works takes longer than the work.
 * The results of statements that are marked as kept (common/tools/keeps.c) are
 * kept until SQLite signals a change of the schema, a function, a setting or the
 * authorizer: see dbcsl_is_schema_unchanged().  Only results of statements of
 * which no authorizer has ignored a part are kept, since SQLite does not signal
 * that one is removed; a PRAGMA that it ignores has no rows.
 */
#include "sqlite_ext/call/answers.h"
#include "sqlite_ext/core/connection.h"
#include "sqlite_ext/core/statement.h"
#include "sqlite_ext/trust/allowed.h"

#include <string.h>

#include "common/core/text.h"

/* The most values of a result that is kept. */
#define MOST_VALUES 100

/* A result; its texts, and the names of its columns, are after its values. */
typedef struct answer
{
	size_t size; /* of all */
	int nrows;
	int ncols;
	dbc_value values[];
} answer;

static bool
has_text(const dbc_value *value)
{
	return value->kind == DBC_TEXT || value->kind == DBC_JSON;
}

/* The name of a question; NULL if its answer is not kept. */
static const char *
key_of(dbcsl_host *h, const dbc_sql *sql, const dbc_value *args, int nargs)
{
	dbc_buffer key;

	if (!sql->is_kept || !h->connection || h->in_samples)
		return NULL;
	dbc_buffer_init(&key, &h->base);
	dbc_append(&key, sql->name);
	for (int i = 0; i < nargs; i++)
		if (has_text(&args[i]))
			dbc_append_format(&key, "\n%zu:%s", strlen(args[i].text),
							  args[i].text);
		else
			dbc_append_format(&key, "\n%d.%lld", (int) args[i].kind,
							  (long long) args[i].integer);
	return key.data;
}

/* ---- keeping ---- */

/* Copies a text to the place *end, and says where. */
static const char *
put(char **end, const char *text)
{
	char *place = *end;

	*end = stpcpy(place, text) + 1;
	return place;
}

static size_t
text_size(const dbc_value *values, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		if (has_text(&values[i]))
			size += strlen(values[i].text) + 1;
	return size;
}

static void
put_texts(char **end, dbc_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has_text(&values[i]))
			values[i].text = put(end, values[i].text);
}

/* A copy in memory of sqlite3_malloc64(), or NULL. */
static answer *
pack(const dbc_rows *rows)
{
	size_t count = (size_t) rows->nrows * (size_t) rows->ncols;
	size_t values = count * sizeof(dbc_value);
	size_t size = sizeof(answer) + values + text_size(rows->values, count);
	answer *kept;
	char *end;

	for (int i = 0; i < rows->ncols; i++)
		size += strlen(rows->columns[i]) + 1;
	kept = sqlite3_malloc64(size);
	if (!kept)
		return NULL;
	*kept = (answer){.size = size, .nrows = rows->nrows, .ncols = rows->ncols};
	memcpy(kept->values, rows->values, values);
	end = (char *) &kept->values[count];
	put_texts(&end, kept->values, count);
	for (int i = 0; i < rows->ncols; i++)
		(void) put(&end, rows->columns[i]);
	return kept;
}

/* Whether no PRAGMA about the table that is the second argument is ignored. */
static bool
are_pragmas_allowed(dbcsl_host *h, const dbc_sql *sql, const dbc_value *args)
{
	static const char prefix[] = "temp.pragma_";
	const char *place = strstr(sql->text, prefix);

	for (; place; place = strstr(place, prefix))
	{
		place += strlen(prefix);
		if (!dbcsl_is_pragma_allowed(
				h, dbc_copy(&h->base, place, strcspn(place, "(")),
				args[1].text))
			return false;
	}
	return true;
}

/* Whether what a statement reads of dbcare_known is kept. */
static bool
is_known(dbcsl_host *h, const char *text)
{
	return !strstr(text, "temp.dbcare_known") ||
		   dbcsl_recall_followed(
			   h, strstr(text, "'reference'") ? DBCSL_REFERENCES : DBCSL_NAMES);
}

void
dbcsl_keep_answer(dbcsl_host *h, const dbc_sql *sql, const dbc_value *args,
				  int nargs, const dbc_rows *rows)
{
	const char *key = key_of(h, sql, args, nargs);
	const dbcsl_cached_statement *statement =
		key ? dbcsl_find_cached(h, sql->name) : NULL;

	if (statement && statement->is_kept && rows->nrows > 0 &&
		rows->nrows * rows->ncols <= MOST_VALUES &&
		sqlite3_stmt_status(statement->statement, SQLITE_STMTSTATUS_REPREPARE,
							0) == 0 &&
		is_known(h, sql->text) && are_pragmas_allowed(h, sql, args))
		dbcsl_remember_followed(h, key, (char *) pack(rows));
}

/* ---- finding ---- */

/* The copy of a text that is as far from the copy of its answer. */
static const char *
moved(const answer *from, const answer *to, const char *text)
{
	return (const char *) to + (text - (const char *) from);
}

const dbc_rows *
dbcsl_find_answer(dbcsl_host *h, const dbc_sql *sql, const dbc_value *args,
				  int nargs)
{
	const char *key = key_of(h, sql, args, nargs);
	const answer *kept;
	answer *copy;
	const char **columns;
	const char *name;
	dbc_rows *rows;

	if (!key)
		return NULL;
	(void) dbcsl_is_schema_unchanged(h);
	kept = (const answer *) dbcsl_recall_followed(h, key);
	if (!kept)
		return NULL;
	/* it is forgotten when the call changes the schema */
	copy = memcpy(dbcsl_alloc(&h->base, kept->size), kept, kept->size);
	name = (const char *) &copy->values[copy->nrows * copy->ncols];
	for (int i = 0; i < copy->nrows * copy->ncols; i++)
		if (has_text(&copy->values[i]))
		{
			copy->values[i].text = moved(kept, copy, copy->values[i].text);
			name = copy->values[i].text + strlen(copy->values[i].text) + 1;
		}
	columns =
		dbcsl_alloc(&h->base, ((size_t) copy->ncols + 1) * sizeof(*columns));
	for (int i = 0; i < copy->ncols; i++, name += strlen(name) + 1)
		columns[i] = name;
	rows = dbcsl_alloc(&h->base, sizeof(*rows));
	*rows = (dbc_rows){.nrows = copy->nrows,
					   .ncols = copy->ncols,
					   .columns = columns,
					   .values = copy->values,
					   .statement = sql->name,
					   .sql = sql->text};
	return rows;
}
