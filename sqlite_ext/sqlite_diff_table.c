/*
 * sqlite_diff_table.c
 *	  SQL that makes one table another and keeps its rows.
 *
 * ALTER TABLE can do little.  Otherwise the old table is renamed, the new one
 * made from its own text, filled, and the old one dropped.  That order lets the
 * text stay as it is.  It takes foreign_keys = off and legacy_alter_table = on,
 * or else what refers to the table would follow it to its new name.
 */
#include "sqlite_diff.h"

#include <string.h>

/* The old table, while there is a new one. */
#define OLD_PREFIX "dbcare_old_"

/* ---- adding columns ---- */

/* Whether two texts are the same or both missing, but for case. */
static bool
same_name(const char *left, const char *right)
{
	return left && right ? sqlite3_stricmp(left, right) == 0 : left == right;
}

/* Whether a column has a value in rows that do not tell one. */
static bool
has_default(const dbcsl_column *column)
{
	return column->default_value &&
		   sqlite3_stricmp(column->default_value, "null") != 0;
}

/* Whether ALTER TABLE can add a column, whatever rows there are. */
static bool
can_add(const dbcsl_ddl *table, int number)
{
	const dbcsl_column *column = &table->columns[number];
	int i;

	if (column->stored || (column->generated && column->not_null) ||
		(column->default_value && !column->default_is_constant) ||
		(column->not_null && !has_default(column)))
		return false;
	for (i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_constraint *c = &table->constraints[i];

		if (c->column != number || c->kind == DBCSL_CHECK)
			continue;
		if (c->kind != DBCSL_FOREIGN_KEY || has_default(column))
			return false;
	}
	return true;
}

/* Whether the constraints of a table are those of another and, beyond them, of
 * columns from first on. */
static bool
has_constraints(dbcsl_host *h, const dbcsl_ddl *table, const dbcsl_ddl *of,
				int first)
{
	bool *used =
		dbcsl_alloc(&h->base, ((size_t) of->nconstraints + 1) * sizeof(bool));
	int matched = 0;
	int i;
	int j;

	for (i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_constraint *c = &table->constraints[i];

		if (c->column >= first)
			continue;
		for (j = 0; j < of->nconstraints; j++)
			if (!used[j] && same_name(of->constraints[j].name, c->name) &&
				dbc_same(of->constraints[j].definition, c->definition))
				break;
		if (j == of->nconstraints)
			return false;
		used[j] = true;
		matched++;
	}
	return matched == of->nconstraints;
}

/* Whether new columns at the end make a table another. */
bool
dbcsl_only_adds(dbcsl_host *h, const dbcsl_thing *from, const dbcsl_thing *to)
{
	const dbcsl_ddl *old = &from->ddl;
	const dbcsl_ddl *wanted = &to->ddl;
	int i;

	if (old->ncolumns >= wanted->ncolumns ||
		!dbc_same(old->definition, wanted->definition))
		return false;
	for (i = 0; i < wanted->ncolumns; i++)
	{
		const dbcsl_column *column = &wanted->columns[i];

		if (i >= old->ncolumns
				? !can_add(wanted, i)
				: !same_name(old->columns[i].name, column->name) ||
					  !dbc_same(old->columns[i].definition, column->definition))
			return false;
	}
	return has_constraints(h, wanted, old, old->ncolumns);
}

/* Appends the statements that add columns. */
void
dbcsl_add_columns(dbc_buffer *out, const dbcsl_thing *from,
				  const dbcsl_thing *to)
{
	int i;

	for (i = from->ddl.ncolumns; i < to->ddl.ncolumns; i++)
	{
		const char *table = dbcsl_in_main(out->host, to->ddl.name);

		dbc_append_format(out, "alter table %s add column %s;\n", table,
						  to->ddl.columns[i].text);
	}
}

/* ---- rebuilding: which values the new table gets ---- */

/* A table while it is rebuilt. */
typedef struct rebuild
{
	dbc_buffer *out;
	const dbcsl_thing *from;
	const dbcsl_thing *to;
	const char *old_name; /* of the old table meanwhile */
	dbc_buffer targets;	  /* columns of the new table, ... */
	dbc_buffer sources;	  /* ... and what they get from the old one */
} rebuild;

/* The name under which a table that has no column for its rowid still tells it,
 * or NULL. */
static const char *
hidden_rowid(const dbcsl_ddl *table)
{
	static const char *const names[] = {"rowid", "_rowid_", "oid"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!table->without_rowid && dbcsl_find_column(table, names[i]) < 0)
			return names[i];
	return NULL;
}

/* Adds a column of the new table with its value. */
static void
add_value(rebuild *r, const char *target, const char *source)
{
	if (r->targets.length > 0)
	{
		dbc_append(&r->targets, ", ");
		dbc_append(&r->sources, ", ");
	}
	dbc_append(&r->targets, target);
	dbc_append(&r->sources, source);
}

/* Keeps the rowids, where the new table has a place for them that no column of
 * the old one takes. */
static void
add_rowid(rebuild *r)
{
	const dbcsl_ddl *old = &r->from->ddl;
	const dbcsl_ddl *wanted = &r->to->ddl;
	const char *source =
		old->rowid_column >= 0
			? dbcsl_quoted(r->out->host, old->columns[old->rowid_column].name)
			: hidden_rowid(old);
	const char *target = hidden_rowid(wanted);

	if (wanted->rowid_column >= 0)
	{
		const char *name = wanted->columns[wanted->rowid_column].name;

		target = dbcsl_find_column(old, name) < 0
					 ? dbcsl_quoted(r->out->host, name)
					 : NULL;
	}
	if (source && target)
		add_value(r, target, source);
}

/* Whether a column belongs to a key, or to the primary key, of its table. */
static bool
is_in_key(const dbcsl_ddl *table, const char *column, bool primary)
{
	int i;
	int j;

	for (i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_constraint *c = &table->constraints[i];

		for (j = 0; j < c->ncolumns; j++)
			if ((!primary || c->kind == DBCSL_PRIMARY_KEY) &&
				same_name(c->columns[j], column))
				return true;
	}
	return false;
}

/* Whether a type has one of the parts that decide its affinity. */
static bool
has_part(const char *type, const char *part)
{
	return strstr(type, part) != NULL;
}

/* A value for the rows there are that fits the affinity of a type. */
static const char *
empty_value(const char *type)
{
	if (has_part(type, "int"))
		return "0";
	if (has_part(type, "char") || has_part(type, "clob") ||
		has_part(type, "text"))
		return "''";
	if (has_part(type, "blob") || *type == '\0')
		return "x''";
	return "0";
}

/* Decides what a column that is new gets: its default, unless it needs a value
 * and has none. */
static void
add_new_column(rebuild *r, const dbcsl_column *column)
{
	const dbcsl_ddl *wanted = &r->to->ddl;
	const char *table = r->to->object->name;
	const char *value = empty_value(column->type);

	if (has_default(column) ||
		!(column->not_null ||
		  (wanted->without_rowid && is_in_key(wanted, column->name, true))))
		return;
	if (is_in_key(wanted, column->name, false))
	{
		dbcsl_append_comment(r->out,
							 "fails if there are rows: column %s of table %s "
							 "has no default",
							 column->name, table);
		return;
	}
	dbcsl_append_comment(r->out,
						 "fills column %s of table %s with %s: it has no "
						 "default",
						 column->name, table, value);
	add_value(r, dbcsl_quoted(r->out->host, column->name), value);
}

/* Copies a column that both tables have. */
static void
add_common_column(rebuild *r, int number, const dbcsl_column *wanted)
{
	const dbcsl_column *old = &r->from->ddl.columns[number];
	const char *source = dbcsl_quoted(r->out->host, old->name);
	bool may_be_null = !old->not_null && number != r->from->ddl.rowid_column;

	if (wanted->not_null && may_be_null && has_default(wanted))
		source = dbc_format(r->out->host, "ifnull(%s, %s)", source,
							wanted->default_value);
	else if (wanted->not_null && may_be_null)
		dbcsl_append_comment(r->out, "fails if column %s of table %s is null",
							 wanted->name, r->to->object->name);
	add_value(r, dbcsl_quoted(r->out->host, wanted->name), source);
}

/* Decides what all columns get. */
static void
add_columns(rebuild *r)
{
	const dbcsl_ddl *old = &r->from->ddl;
	const dbcsl_ddl *wanted = &r->to->ddl;
	int i;

	add_rowid(r);
	for (i = 0; i < wanted->ncolumns; i++)
	{
		const dbcsl_column *column = &wanted->columns[i];
		int twin = dbcsl_find_column(old, column->name);

		if (column->generated)
			continue;
		if (twin >= 0)
			add_common_column(r, twin, column);
		else if (i != wanted->rowid_column)
			add_new_column(r, column);
	}
}

/* ---- rebuilding: the statements ---- */

/* Whether a table has AUTOINCREMENT. */
static bool
has_sequence(const dbcsl_ddl *table)
{
	int i;

	for (i = 0; i < table->nconstraints; i++)
		if (table->constraints[i].autoincrement)
			return true;
	return false;
}

/* Takes the old table out of the way of the new one. */
static void
set_aside(rebuild *r)
{
	const dbcsl_ddl *old = &r->from->ddl;
	const char *rowid = old->rowid_column < 0 ? hidden_rowid(old) : NULL;

	if (!dbcsl_qualifies(old))
	{
		dbc_append_format(r->out, "alter table %s rename to %s;\n",
						  dbcsl_in_main(r->out->host, old->name),
						  dbcsl_quoted(r->out->host, r->old_name));
		return;
	}
	dbc_append_format(r->out, "create table %s as select ",
					  dbcsl_in_main(r->out->host, r->old_name));
	if (rowid)
		dbc_append_format(r->out, "%s as %s, ", rowid, rowid);
	dbc_append_format(r->out, "* from %s;\n",
					  dbcsl_in_main(r->out->host, old->name));
	if (has_sequence(old))
		dbc_append(r->out,
				   dbcsl_printf(dbcsl_of(r->out->host),
								"insert into main.sqlite_sequence (name, seq) "
								"select %Q, seq from main.sqlite_sequence "
								"where name = %Q;\n",
								r->old_name, old->name));
	dbc_append_format(r->out, "drop table %s;\n",
					  dbcsl_in_main(r->out->host, old->name));
}

/* Lets the new table go on counting where the old one stopped. */
static void
keep_sequence(rebuild *r)
{
	dbcsl_host *h = dbcsl_of(r->out->host);
	const char *name = r->to->ddl.name;

	if (!has_sequence(&r->from->ddl) || !has_sequence(&r->to->ddl))
		return;
	dbc_append(r->out, dbcsl_printf(
						   h,
						   "delete from main.sqlite_sequence where name = %Q;\n"
						   "update main.sqlite_sequence set name = %Q "
						   "where name = %Q;\n",
						   name, name, r->old_name));
}

/* Whether the new table has no place for the values of a column. */
static bool
loses(const rebuild *r, const dbcsl_column *column)
{
	const dbcsl_ddl *wanted = &r->to->ddl;
	int twin = dbcsl_find_column(wanted, column->name);

	return !column->generated && (twin < 0 || wanted->columns[twin].generated);
}

/* Drops the old table, and says what goes with it. */
static void
drop_old(rebuild *r)
{
	const dbcsl_ddl *old = &r->from->ddl;
	dbc_buffer name;
	int i;

	for (i = 0; i < old->ncolumns; i++)
	{
		if (!loses(r, &old->columns[i]))
			continue;
		dbc_buffer_init(&name, r->out->host);
		dbcsl_append_name(&name, old->columns[i].name);
		dbcsl_append_comment(r->out, "destroys data: column %s.%s",
							 r->from->object->name, name.data);
	}
	dbc_append_format(r->out, "drop table %s;\n",
					  dbcsl_in_main(r->out->host, r->old_name));
}

/* Appends the statements that make a table anew with the rows of the old one.
 */
void
dbcsl_rebuild(dbc_buffer *out, const dbcsl_thing *from, const dbcsl_thing *to)
{
	rebuild r = {.out = out, .from = from, .to = to};

	r.old_name = dbc_format(out->host, OLD_PREFIX "%s", from->ddl.name);
	dbc_buffer_init(&r.targets, out->host);
	dbc_buffer_init(&r.sources, out->host);
	set_aside(&r);
	dbc_append_format(out, "%s;\n", to->ddl.text);
	add_columns(&r);
	if (r.targets.length > 0)
		dbc_append_format(out, "insert into %s (%s) select %s from %s;\n",
						  dbcsl_in_main(out->host, to->ddl.name),
						  r.targets.data, r.sources.data,
						  dbcsl_in_main(out->host, r.old_name));
	keep_sequence(&r);
	drop_old(&r);
}
