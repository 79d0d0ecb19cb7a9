/*
 * row_value.c
 *	  Testing whether a table would accept a row: its values.
 *
 * The row is inserted into a table with the same columns but without
 * constraints, in a scratch database, so that SQLite stores every value, and
 * every expression reads it, as in the original table.
 */
#include "sqlite_ext/check/row.h"

#include <string.h>

#include "common/core/json.h"

void
dbcsl_check_add_violation(dbcsl_check_row_inspection *in,
						  dbc_check_row_violation violation)
{
	in->violations =
		dbc_grow(&in->h->base, in->violations, (size_t) in->nviolations,
				 sizeof(*in->violations));
	in->violations[in->nviolations++] = violation;
	in->has_failed |=
		violation.error || violation.kind == DBC_VIOLATION_UNKNOWN;
}

/* Whether the statement in the scratch database reads a column of unknown
 * value. */
bool
dbcsl_check_reads_unknown(const dbcsl_check_row_inspection *in)
{
	for (int i = 0; i < in->table.ncolumns; i++)
		if (in->scratch.reads[i] && in->unknown[i])
			return true;
	return in->scratch.reads_rowid;
}

/* Reads the members of the JSON object. */
static void
take_members(dbcsl_check_row_inspection *in)
{
	dbc_json_entries members =
		dbc_json_read_entries(&in->h->base, in->scratch.row, "row_data");

	for (int i = 0; i < members.count; i++)
	{
		const char *key = members.list[i].key;
		int place = dbcsl_find_column(&in->table, key);

		if (place < 0)
			dbcsl_check_add_violation(
				in, (dbc_check_row_violation){.kind = DBC_VIOLATION_COLUMN,
											  .column = key});
		else if (in->table.columns[place].generated)
			dbcsl_check_add_violation(
				in, (dbc_check_row_violation){
						.kind = DBC_VIOLATION_GENERATED,
						.column = in->table.columns[place].name});
		else
			/* of duplicate members, the last one counts */
			in->values[place] = dbcsl_printf(
				in->h,
				"(select value from temp.json_each(?1) where key = %Q "
				"order by id desc limit 1)",
				key);
	}
}

/* Whether an expression calls a function that is not deterministic. */
static bool
is_volatile(dbcsl_host *h, const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);
	dbcsl_token next;

	for (; token.kind != DBCSL_END; token = next)
	{
		next = dbcsl_next_token(&token);
		if ((token.kind != DBCSL_WORD && token.kind != DBCSL_QUOTED) ||
			next.text[0] != '(')
			continue;
		if (dbc_get_bool(&h->base,
						 dbc_query(&h->base, "check/volatile_function",
								   dbc_text(dbcsl_unquote_token(h, &token))),
						 0, 0))
			return true;
	}
	return false;
}

/* Sets columns without a value to their defaults. */
static void
take_defaults(dbcsl_check_row_inspection *in)
{
	for (int i = 0; i < in->table.ncolumns; i++)
	{
		const char *text = in->table.columns[i].default_value;
		dbcsl_check_default *known = &in->defaults[i];

		if (in->values[i] || !text)
			continue;
		if (!known->is_known)
			*known = (dbcsl_check_default){true, is_volatile(in->h, text)};
		in->unknown[i] = known->is_volatile;
		if (!known->is_volatile)
			in->values[i] = dbcsl_printf(in->h, "(%s)", text);
	}
}

/* ---- the row in the scratch database ---- */

/* Creates the table without its constraints; false if that fails. */
static bool
make_table(dbcsl_check_row_inspection *in)
{
	dbc_buffer sql;

	dbc_buffer_init(&sql, &in->h->base);
	dbc_append(&sql,
			   dbcsl_printf(in->h, "create table \"%w\" (", in->scratch.name));
	for (int i = 0; i < in->table.ncolumns; i++)
	{
		const dbcsl_ddl_column *column = &in->table.columns[i];

		dbc_append(&sql, dbcsl_printf(in->h, "%s\"%w\" %s", i > 0 ? ", " : "",
									  column->name, column->type));
		if (i == in->table.rowid_column)
			dbc_append(&sql, " primary key");
		if (column->collation)
			dbc_append_format(&sql, " collate %s", column->collation);
		if (column->generated)
			dbc_append_format(&sql, " generated always as (%s)",
							  column->generated);
	}
	dbc_append(&sql, in->table.strict ? ") strict" : ")");
	in->has_table = dbcsl_scratch_run(&in->scratch, sql.data, NULL);
	return in->has_table;
}

/* Deletes all rows of the table. */
static bool
empty_table(dbcsl_check_row_inspection *in)
{
	return dbcsl_scratch_run(
		&in->scratch,
		dbcsl_printf(in->h, "delete from \"%w\"", in->scratch.name), NULL);
}

/* The value of a column as text, for messages. */
static const char *
shown_value(dbcsl_check_row_inspection *in, int place)
{
	const char *text = NULL;
	bool found;

	if (dbcsl_scratch_run(&in->scratch,
						  dbcsl_printf(in->h, "select %s", in->values[place]),
						  &found))
		text = (const char *) sqlite3_column_text(in->scratch.statement, 0);
	return text ? dbc_copy(&in->h->base, text, strlen(text)) : "";
}

/* Why a column has rejected its value; a wrong type is reported in PostgreSQL's
 * words. */
static const char *
why_refused(dbcsl_check_row_inspection *in, int place)
{
	const char *type = in->table.columns[place].type;
	int code = sqlite3_errcode(in->scratch.db) & 0xff;

	if (code != SQLITE_CONSTRAINT && code != SQLITE_MISMATCH)
		return dbcsl_scratch_error(&in->scratch);
	return dbc_format(&in->h->base, "invalid input syntax for type %s: \"%s\"",
					  dbc_same(type, "int") ? "integer" : type,
					  shown_value(in, place));
}

/* Stores a row with the values of some columns. */
static bool
put_values(dbcsl_check_row_inspection *in, int first, int end)
{
	dbc_buffer names;
	dbc_buffer values;

	dbc_buffer_init(&names, &in->h->base);
	dbc_buffer_init(&values, &in->h->base);
	for (int i = first; i < end; i++)
	{
		const char *comma = names.length > 0 ? ", " : "";

		if (!in->values[i])
			continue;
		dbc_append(&names, dbcsl_printf(in->h, "%s\"%w\"", comma,
										in->table.columns[i].name));
		dbc_append_format(&values, "%s%s", comma, in->values[i]);
	}
	return dbcsl_scratch_run(
		&in->scratch,
		names.length == 0
			? dbcsl_printf(in->h, "insert into \"%w\" default values",
						   in->scratch.name)
			: dbcsl_printf(in->h, "insert into \"%w\" (%s) values (%s)",
						   in->scratch.name, names.data, values.data),
		NULL);
}

/* Finds rejected values, by halves; each is a violation, and null from then
 * on. */
static void
try_values(dbcsl_check_row_inspection *in, int first, int end)
{
	int middle = first + (end - first) / 2;

	if (end - first > 1)
	{
		if (!put_values(in, first, middle))
			try_values(in, first, middle);
		if (!put_values(in, middle, end))
			try_values(in, middle, end);
		return;
	}
	if (!in->values[first])
		return;
	dbcsl_check_add_violation(
		in, (dbc_check_row_violation){.kind = DBC_VIOLATION_VALUE,
									  .column = in->table.columns[first].name,
									  .text = why_refused(in, first)});
	in->values[first] = NULL;
	in->unknown[first] = true;
}

/* Marks the columns that SQLite chooses, and those generated from unknown
 * values, as unknown. */
static void
mark_unknown(dbcsl_check_row_inspection *in)
{
	int rowid = in->table.rowid_column;
	bool more = true;
	bool found = false;
	int i;

	if (rowid >= 0 && in->values[rowid])
		(void) dbcsl_scratch_run(
			&in->scratch,
			dbcsl_printf(in->h, "select 1 where %s is null", in->values[rowid]),
			&found);
	if (rowid >= 0 && (!in->values[rowid] || found))
		in->unknown[rowid] = true;
	while (more)
		for (more = false, i = 0; i < in->table.ncolumns; i++)
		{
			const dbcsl_ddl_column *column = &in->table.columns[i];

			if (column->generated && !in->unknown[i] &&
				dbcsl_scratch_prepare(
					&in->scratch,
					dbcsl_printf(in->h, "select (%s) from \"%w\"",
								 column->generated, in->scratch.name)))
				more |= in->unknown[i] = dbcsl_check_reads_unknown(in);
		}
}

/* Reports that the row cannot be tested. */
static bool
give_up(dbcsl_check_row_inspection *in)
{
	dbcsl_check_add_violation(
		in,
		(dbc_check_row_violation){.kind = DBC_VIOLATION_UNKNOWN,
								  .text = dbcsl_scratch_error(&in->scratch)});
	return false;
}

bool
dbcsl_check_fill_row(dbcsl_check_row_inspection *in)
{
	take_members(in);
	take_defaults(in);
	if (!(in->has_table ? empty_table(in) : make_table(in)))
		return give_up(in);
	if (!put_values(in, 0, in->table.ncolumns))
	{
		try_values(in, 0, in->table.ncolumns);
		/* only the row is in the table */
		if (!empty_table(in) || !put_values(in, 0, in->table.ncolumns))
			return give_up(in);
	}
	mark_unknown(in);
	return true;
}
