/*
 * row_key.c
 *	  Testing whether a table would accept a row: keys of other rows, and
 *	  parents.
 *
 * A key is read from the row in the scratch database and looked up in the
 * user's database.
 */
#include "sqlite_ext/check/row.h"
#include "sqlite_ext/trust/allowed.h"
#include "sqlite_ext/trust/prepare.h"

/* A key to search for. */
typedef struct lookup
{
	dbcsl_check_row_inspection *in;
	const char *key;  /* SQL that returns the key of the row in the scratch
						 database, or no row */
	const char *same; /* SQL on the user's database that returns rows with that
						 key; NULL: none */
	/* where that is searched for if it evaluates columns alone, or NULL */
	const dbcsl_check_table_layout *plain;
	bool found;
} lookup;

/* Searches for the key that the statement in the scratch database returned; may
 * fail. */
static void
look_up(dbc_host *host, void *arg)
{
	lookup *l = arg;
	dbcsl_host *h = dbcsl_of(host);
	sqlite3_stmt *key = l->in->scratch.statement;
	bool is_reused;
	bool *is_kept;
	sqlite3_stmt *search = dbcsl_prepare_kept(h, l->same, &is_reused, &is_kept);
	int code = SQLITE_OK;

	if (!is_reused)
		*is_kept = l->plain && dbc_same(l->plain->schema, "main") &&
				   dbcsl_are_columns_allowed(h, l->plain->name);
	for (int i = 0; i < sqlite3_column_count(key) && code == SQLITE_OK; i++)
		code = sqlite3_bind_value(search, i + 1, sqlite3_column_value(key, i));
	if (code == SQLITE_OK)
		code = sqlite3_step(search);
	l->found = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	sqlite3_reset(search);
}

/* Whether SQL is a column. */
static bool
is_column(dbcsl_host *h, const dbcsl_check_table_layout *layout,
		  const char *sql)
{
	for (int i = 0; i < layout->nfields; i++)
		if (dbc_same(dbcsl_quote_always(&h->base, layout->fields[i].name), sql))
			return true;
	return false;
}

/* Searches for rows with the same key.  False if there is nothing to report:
 * the key has a null, is not in the index or is unknown; an error is stored in
 * violation->error. */
static bool
find_same_key(lookup *l, dbc_check_row_violation *violation)
{
	dbcsl_scratch *scratch = &l->in->scratch;
	dbc_error error;
	bool there = false;

	if (!dbcsl_scratch_prepare(scratch, l->key))
	{
		violation->error = dbcsl_scratch_error(scratch);
		return true;
	}
	if (dbcsl_check_reads_unknown(l->in))
		return false;
	if (!dbcsl_scratch_step(scratch, &there))
	{
		violation->error = dbcsl_scratch_error(scratch);
		return true;
	}
	if (!there)
		return false;
	for (int i = 0; i < sqlite3_column_count(scratch->statement); i++)
		if (sqlite3_column_type(scratch->statement, i) == SQLITE_NULL)
			return false;
	if (l->same &&
		!dbc_guard(&l->in->h->base, look_up, l, DBC_KEEP, true, &error))
		violation->error = error.message;
	return true;
}

/* ---- keys ---- */

/* Whether a constraint has ON CONFLICT REPLACE, so that a new row replaces
 * existing rows with its key. */
static bool
replaces(const dbcsl_check_row_inspection *in, const char *columns)
{
	for (int i = 0; i < in->table.nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &in->table.constraints[i];

		if ((c->kind == DBCSL_PRIMARY_KEY || c->kind == DBCSL_UNIQUE) &&
			dbc_ends_with(c->definition, " on conflict replace") &&
			dbc_same(dbcsl_check_join_names(in->h, c->columns, c->ncolumns),
					 columns))
			return true;
	}
	return false;
}

/* The statements for a key; a key without values is the rowid. */
static lookup
lookup_of(dbcsl_check_row_inspection *in, const dbcsl_check_row_test *test)
{
	dbcsl_host *h = in->h;
	const dbcsl_check_table_layout *layout = in->demands.layout;
	const char *condition = test->condition ? test->condition : "1";
	lookup l = {.in = in, .plain = test->condition ? NULL : layout};
	dbc_buffer key;
	dbc_buffer same;

	dbc_buffer_init(&key, &h->base);
	dbc_buffer_init(&same, &h->base);
	if (test->nvalues == 0)
	{
		dbc_append(&key, dbcsl_quote_always(&h->base, layout->key[0]));
		dbc_append_format(&same, " and %s = ?1", key.data);
	}
	for (int i = 0; i < test->nvalues; i++)
	{
		const char *collation =
			dbcsl_quote_always(&h->base, test->parts[i].collation_name);

		if (!is_column(h, layout, test->values[i]))
			l.plain = NULL;
		dbc_append_format(&key, "%s%s", i > 0 ? ", " : "", test->values[i]);
		dbc_append_format(&same, " and %s collate %s = ?%d", test->values[i],
						  collation, i + 1);
	}
	l.key = dbcsl_printf(h, "select %s from \"%w\" where (%s)", key.data,
						 in->scratch.name, condition);
	l.same = dbc_format(&h->base, "select 1 from %s where (%s)%s", layout->from,
						condition, same.data);
	return l;
}

void
dbcsl_check_inspect_key(dbcsl_check_row_inspection *in,
						const dbcsl_check_row_test *test,
						dbc_check_row_violation violation)
{
	lookup l = lookup_of(in, test);

	if (!replaces(in, violation.columns) && find_same_key(&l, &violation) &&
		(l.found || violation.error))
		dbcsl_check_add_violation(in, violation);
}

/* ---- parents ---- */

/* Whether the row is its own parent. */
static bool
is_own_parent(dbcsl_check_row_inspection *in, const dbcsl_check_row_test *test)
{
	const dbcsl_check_table_layout *layout = in->demands.layout;
	dbc_buffer sql;
	bool found = false;

	if (!test->parent->layout ||
		!dbc_same(test->parent->layout->from, layout->from))
		return false;
	dbc_buffer_init(&sql, &in->h->base);
	for (int i = 0; i < test->nvalues; i++)
		dbc_append_format(
			&sql, "%s%s collate %s = +%s", i > 0 ? " and " : "",
			dbcsl_quote_always(&in->h->base, test->parent->columns[i]),
			dbcsl_quote_always(&in->h->base,
							   test->parent->parts[i].collation_name),
			test->values[i]);
	return dbcsl_scratch_run(&in->scratch,
							 dbcsl_printf(in->h,
										  "select 1 from \"%w\" where %s",
										  in->scratch.name, sql.data),
							 &found) &&
		   found;
}

/* The statements for the parent of the row. */
static lookup
lookup_of_parent(dbcsl_check_row_inspection *in,
				 const dbcsl_check_row_test *test)
{
	dbcsl_host *h = in->h;
	const dbcsl_check_parent_keys *parent = test->parent;
	lookup l = {.in = in, .plain = parent->layout};
	dbc_buffer key;
	dbc_buffer same;

	dbc_buffer_init(&key, &h->base);
	dbc_buffer_init(&same, &h->base);
	for (int i = 0; i < test->nvalues; i++)
	{
		dbc_append_format(&key, "%s%s", i > 0 ? ", " : "", test->values[i]);
		/* parent on the left: its affinity and collation apply */
		if (parent->layout)
			dbc_append_format(
				&same, "%s%s collate %s = ?%d", i > 0 ? " and " : "",
				dbcsl_quote_always(&h->base, parent->columns[i]),
				dbcsl_quote_always(&h->base, parent->parts[i].collation_name),
				i + 1);
	}
	l.key =
		dbcsl_printf(h, "select %s from \"%w\"", key.data, in->scratch.name);
	if (parent->layout)
		l.same = dbc_format(&h->base, "select 1 from %s where %s",
							parent->layout->from, same.data);
	return l;
}

void
dbcsl_check_inspect_parent(dbcsl_check_row_inspection *in,
						   const dbcsl_check_row_test *test,
						   dbc_check_row_violation violation)
{
	lookup l = lookup_of_parent(in, test);

	if (find_same_key(&l, &violation) && !l.found && !is_own_parent(in, test))
		dbcsl_check_add_violation(in, violation);
}
