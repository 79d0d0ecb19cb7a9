/*
 * sqlite_row.c
 *	  Would a table accept a row.
 *
 * The row is put into a table of the same columns, but without constraints, in
 * a database of its own: so every value is what SQLite would store, and every
 * expression reads it as in the table itself.
 */
#include "sqlite_row.h"

#include <string.h>

#include "options.h"

/* ---- what is found ---- */

/* Adds a flaw. */
void
dbcsl_add_flaw(dbcsl_inspection *in, dbc_flaw flaw)
{
	in->flaws =
		dbcsl_grow(in->h, in->flaws, (size_t) in->nflaws, sizeof(*in->flaws));
	in->flaws[in->nflaws++] = flaw;
}

/* Whether the statement on the bench reads what nobody can know. */
bool
dbcsl_reads_unknown(const dbcsl_inspection *in)
{
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
		if (in->bench.reads[i] && in->unknown[i])
			return true;
	return in->bench.reads_rowid;
}

/* The only column the statement on the bench reads, or NULL. */
static const char *
only_column(const dbcsl_inspection *in)
{
	const char *name = NULL;
	int count = 0;
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
		if (in->bench.reads[i])
		{
			name = in->table.columns[i].name;
			count++;
		}
	return count == 1 ? name : NULL;
}

/* Names as a list, quoted as needed. */
const char *
dbcsl_name_list(dbcsl_host *h, const char *const *names, int count)
{
	dbc_buffer list;
	int i;

	dbc_buffer_init(&list, &h->base);
	for (i = 0; i < count; i++)
	{
		if (i > 0)
			dbc_append(&list, ", ");
		dbcsl_append_as_typed(&list, names[i]);
	}
	return list.data;
}

/* ---- values ---- */

/* Takes the members of the row. */
static void
take_members(dbcsl_inspection *in)
{
	const dbc_rows *members =
		dbc_json_members(&in->h->base, in->bench.row, "row_data");
	int i;

	for (i = 0; i < members->nrows; i++)
	{
		const char *key = dbc_cell(members, i, DBC_MEMBER_KEY)->text;
		int place = dbcsl_find_column(&in->table, key);

		if (place < 0)
			dbcsl_add_flaw(in, (dbc_flaw){.kind = DBC_F_COLUMN, .column = key});
		else if (in->table.columns[place].generated)
			dbcsl_add_flaw(in,
						   (dbc_flaw){.kind = DBC_F_GENERATED,
									  .column = in->table.columns[place].name});
		else
			/* of members with one name the last counts */
			in->values[place] =
				dbcsl_printf(in->h,
							 "(select value from json_each(?1) where key = %Q "
							 "order by id desc limit 1)",
							 key);
	}
}

/* Whether an expression calls a function that does not always give the same. */
static bool
is_volatile(dbcsl_host *h, const char *expression)
{
	dbcsl_token token = dbcsl_first_token(expression);
	dbcsl_token next;

	for (; token.kind != DBCSL_END; token = next)
	{
		dbc_value name;

		next = dbcsl_next_token(&token);
		if ((token.kind != DBCSL_WORD && token.kind != DBCSL_QUOTED) ||
			next.text[0] != '(')
			continue;
		name = dbc_text(dbcsl_unquoted(h, &token));
		if (dbc_cell(dbc_query(&h->base, "check/volatile_function", &name, 1),
					 0, 0)
				->integer)
			return true;
	}
	return false;
}

/* Gives the columns that were left out their defaults. */
static void
take_defaults(dbcsl_inspection *in)
{
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
	{
		const char *text = in->table.columns[i].default_value;

		if (in->values[i] || !text)
			continue;
		in->unknown[i] = is_volatile(in->h, text);
		if (!in->unknown[i])
			in->values[i] = dbcsl_printf(in->h, "(%s)", text);
	}
}

/* ---- the row on the bench ---- */

/* Makes the table without its constraints; false is a failure. */
static bool
make_table(dbcsl_inspection *in)
{
	dbc_buffer sql;
	int i;

	dbc_buffer_init(&sql, &in->h->base);
	dbc_append(&sql,
			   dbcsl_printf(in->h, "create table \"%w\" (", in->bench.name));
	for (i = 0; i < in->table.ncolumns; i++)
	{
		const dbcsl_column *column = &in->table.columns[i];

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
	return dbcsl_bench_run(&in->bench, sql.data, NULL);
}

/* The value of a column as text, for messages. */
static const char *
shown_value(dbcsl_inspection *in, int place)
{
	const char *text = NULL;
	bool found;

	if (dbcsl_bench_run(&in->bench,
						dbcsl_printf(in->h, "select %s", in->values[place]),
						&found))
		text = (const char *) sqlite3_column_text(in->bench.statement, 0);
	return text ? dbc_copy(&in->h->base, text, strlen(text)) : "";
}

/* Says that a column does not take its value, in the words of PostgreSQL. */
static void
refuse_value(dbcsl_inspection *in, int place)
{
	const dbcsl_column *column = &in->table.columns[place];
	const char *type = dbc_same(column->type, "int") ? "integer" : column->type;

	dbcsl_add_flaw(
		in, (dbc_flaw){.kind = DBC_F_VALUE,
					   .column = column->name,
					   .text = dbc_format(&in->h->base,
										  "invalid input syntax for type %s: "
										  "\"%s\"",
										  type, shown_value(in, place))});
	in->values[place] = NULL;
	in->unknown[place] = true;
}

/* Tries whether each column takes its value. */
static void
try_values(dbcsl_inspection *in)
{
	dbcsl_bench *bench = &in->bench;
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
	{
		const char *sql;

		if (!in->values[i])
			continue;
		sql =
			dbcsl_printf(in->h, "insert into \"%w\" (\"%w\") values (%s)",
						 bench->name, in->table.columns[i].name, in->values[i]);
		if (dbcsl_bench_run(bench, sql, NULL))
			continue;
		if ((sqlite3_errcode(bench->db) & 0xff) == SQLITE_CONSTRAINT ||
			sqlite3_errcode(bench->db) == SQLITE_MISMATCH)
			refuse_value(in, i);
		else
		{
			dbcsl_add_flaw(in, (dbc_flaw){.kind = DBC_F_VALUE,
										  .column = in->table.columns[i].name,
										  .text = dbcsl_bench_error(bench)});
			in->values[i] = NULL;
			in->unknown[i] = true;
		}
	}
}

/* Puts the row there, and nothing else. */
static bool
put_row(dbcsl_inspection *in)
{
	dbc_buffer names;
	dbc_buffer values;
	int i;

	if (!dbcsl_bench_run(
			&in->bench,
			dbcsl_printf(in->h, "delete from \"%w\"", in->bench.name), NULL))
		return false;
	dbc_buffer_init(&names, &in->h->base);
	dbc_buffer_init(&values, &in->h->base);
	for (i = 0; i < in->table.ncolumns; i++)
	{
		const char *comma = names.length > 0 ? ", " : "";

		if (!in->values[i])
			continue;
		dbc_append(&names, dbcsl_printf(in->h, "%s\"%w\"", comma,
										in->table.columns[i].name));
		dbc_append_format(&values, "%s%s", comma, in->values[i]);
	}
	return dbcsl_bench_run(
		&in->bench,
		names.length == 0
			? dbcsl_printf(in->h, "insert into \"%w\" default values",
						   in->bench.name)
			: dbcsl_printf(in->h, "insert into \"%w\" (%s) values (%s)",
						   in->bench.name, names.data, values.data),
		NULL);
}

/* Marks what SQLite will choose, and what is generated from what nobody can
 * know. */
static void
mark_unknown(dbcsl_inspection *in)
{
	int rowid = in->table.rowid_column;
	bool more = true;
	bool found = false;
	int i;

	if (rowid >= 0 && in->values[rowid])
		(void) dbcsl_bench_run(
			&in->bench,
			dbcsl_printf(in->h, "select 1 where %s is null", in->values[rowid]),
			&found);
	if (rowid >= 0 && (!in->values[rowid] || found))
		in->unknown[rowid] = true;
	while (more)
		for (more = false, i = 0; i < in->table.ncolumns; i++)
		{
			const dbcsl_column *column = &in->table.columns[i];

			if (column->generated && !in->unknown[i] &&
				dbcsl_bench_prepare(
					&in->bench,
					dbcsl_printf(in->h, "select (%s) from \"%w\"",
								 column->generated, in->bench.name)))
				more |= in->unknown[i] = dbcsl_reads_unknown(in);
		}
}

/* ---- constraints of the row alone ---- */

/* Whether a column must not be null; where that makes SQLite put the default
 * in, a null is no flaw. */
static bool
is_not_null(const dbcsl_ddl *table, int place)
{
	const dbcsl_column *column = &table->columns[place];
	int i;
	int j;

	if (place == table->rowid_column)
		return false;
	if (column->not_null)
		return !strstr(column->definition, "not null on conflict replace");
	for (i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_constraint *key = &table->constraints[i];

		if (key->kind != DBCSL_PRIMARY_KEY ||
			(!table->without_rowid && !table->strict))
			continue;
		for (j = 0; j < key->ncolumns; j++)
			if (dbcsl_find_column(table, key->columns[j]) == place)
				return true;
	}
	return false;
}

/* Tells of nulls where there must be none. */
static void
inspect_nulls(dbcsl_inspection *in)
{
	int i;

	for (i = 0; i < in->table.ncolumns; i++)
	{
		const char *name = in->table.columns[i].name;
		dbc_flaw flaw = {.kind = DBC_F_NOT_NULL,
						 .column = name,
						 .constraint =
							 dbcsl_not_null_name(in->h, &in->table, i),
						 .columns = dbcsl_name_list(in->h, &name, 1)};
		bool found = false;

		if (in->unknown[i] || !is_not_null(&in->table, i))
			continue;
		if (!dbcsl_bench_run(&in->bench,
							 dbcsl_printf(in->h,
										  "select 1 from \"%w\" where \"%w\" "
										  "is null",
										  in->bench.name, name),
							 &found))
			flaw.error = dbcsl_bench_error(&in->bench);
		if (found || flaw.error)
			dbcsl_add_flaw(in, flaw);
	}
}

/* Tells of a CHECK that is false. */
static void
inspect_check(dbcsl_inspection *in, const dbcsl_constraint *check)
{
	const char *sql = dbcsl_printf(in->h, "select 1 from \"%w\" where not (%s)",
								   in->bench.name, check->expression);
	dbc_flaw flaw = {.kind = DBC_F_CHECK,
					 .constraint =
						 dbcsl_constraint_name(in->h, &in->table, check),
					 .text = check->expression};
	bool found = false;
	bool prepared = dbcsl_bench_prepare(&in->bench, sql);

	if (prepared && dbcsl_reads_unknown(in))
		return;
	flaw.column = prepared ? only_column(in) : NULL;
	if (!prepared || !dbcsl_bench_step(&in->bench, &found))
		flaw.error = dbcsl_bench_error(&in->bench);
	if (found || flaw.error)
		dbcsl_add_flaw(in, flaw);
}

/* ---- the whole ---- */

/* Says that nothing can be known. */
static void
give_up(dbcsl_inspection *in, const char *why)
{
	dbcsl_add_flaw(in, (dbc_flaw){.kind = DBC_F_UNKNOWN, .text = why});
}

/* Inspects the row, with the bench closed by the caller. */
static void
inspect(dbc_host *host, void *arg)
{
	dbcsl_inspection *in = arg;
	int i;

	(void) host;
	take_members(in);
	take_defaults(in);
	dbcsl_bench_open(&in->bench);
	if (!make_table(in))
	{
		give_up(in, dbcsl_bench_error(&in->bench));
		return;
	}
	try_values(in);
	if (!put_row(in))
	{
		give_up(in, dbcsl_bench_error(&in->bench));
		return;
	}
	mark_unknown(in);
	inspect_nulls(in);
	for (i = 0; i < in->table.nconstraints; i++)
		if (in->table.constraints[i].kind == DBCSL_CHECK)
			inspect_check(in, &in->table.constraints[i]);
	dbcsl_inspect_keys(in);
	dbcsl_inspect_parents(in);
}

/* The CREATE statement of an object of a schema. */
const char *
dbcsl_schema_sql(dbcsl_host *h, const char *schema, const char *type,
				 const char *name)
{
	const dbc_rows *rows = dbc_query_text(
		&h->base, dbcsl_printf(h,
							   "select sql from \"%w\".sqlite_schema "
							   "where type = %Q and name = %Q",
							   schema, type, name));

	return rows->nrows > 0 ? dbc_cell(rows, 0, 0)->text : NULL;
}

/* The CREATE TABLE of a table. */
static dbcsl_ddl
read_table(dbcsl_host *h, const dbc_relation *relation)
{
	const char *sql =
		dbcsl_schema_sql(h, relation->schema, "table", relation->name);

	return dbcsl_read_ddl(h, sql ? sql : "");
}

/* Why a table would not accept a row; see host.h. */
const dbc_flaw *
dbcsl_inspect(dbc_host *host, const dbc_relation *table, const char *row,
			  int *nflaws)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_inspection in = {
		.h = h, .relation = table, .table = read_table(h, table)};
	size_t ncolumns = (size_t) in.table.ncolumns + 1;
	bool done = true;

	in.bench = (dbcsl_bench){
		.h = h, .name = table->name, .table = &in.table, .row = row};
	in.values = dbc_alloc(host, ncolumns * sizeof(*in.values));
	in.unknown = dbc_alloc(host, ncolumns * sizeof(*in.unknown));
	if (in.table.kind == DBCSL_TABLE)
	{
		done = dbcsl_try(h, inspect, &in);
		dbcsl_bench_close(&in.bench);
	}
	else
		give_up(&in, "the definition of the table cannot be read");
	if (!done)
		dbcsl_rethrow(h);
	*nflaws = in.nflaws;
	return in.flaws;
}
