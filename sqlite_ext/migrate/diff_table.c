/*
 * diff_table.c
 *	  SQL that changes a table and keeps its rows.
 *
 * Where ALTER TABLE is not enough, the rows are copied into a new table.
 */
#include "sqlite_ext/migrate/diff.h"

#include <string.h>

#include "sqlite_ext/trust/copy.h"

/* ---- comments ---- */

void
dbcsl_migrate_write_comment(dbc_buffer *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = dbc_vformat(out->host, format, args);
	va_end(args);
	/* a name may contain newlines, after which it would be a statement */
	for (char *c = text; *c; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	dbc_append_format(out, "-- %s\n", text);
}

/* ---- what ALTER TABLE can do ---- */

/* Whether two texts are the same or both missing, but for case. */
static bool
same_name(const char *left, const char *right)
{
	return left && right ? sqlite3_stricmp(left, right) == 0 : left == right;
}

/* Whether a column has a value in rows that set none. */
static bool
has_default(const dbcsl_ddl_column *column)
{
	return column->default_value &&
		   sqlite3_stricmp(column->default_value, "null") != 0;
}

/* Whether ALTER TABLE can add a column to a table with rows. */
static bool
can_add(const dbcsl_ddl *table, int number)
{
	const dbcsl_ddl_column *column = &table->columns[number];

	if (column->stored || (column->generated && column->not_null) ||
		(column->default_value && !column->default_is_constant) ||
		(column->not_null && !has_default(column)))
		return false;
	for (int i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &table->constraints[i];

		if (c->column != number || c->kind == DBCSL_CHECK)
			continue;
		if (c->kind != DBCSL_FOREIGN_KEY || has_default(column))
			return false;
	}
	return true;
}

/* Whether ALTER TABLE can turn a column into another one.  A rebuild fills
 * nulls with the default. */
static bool
can_alter_column(const dbcsl_ddl_column *old, const dbcsl_ddl_column *wanted)
{
	if (!same_name(old->name, wanted->name))
		return false;
	if (dbc_same(old->definition, wanted->definition))
		return true;
	return sqlite3_libversion_number() >= DBCSL_ALTERS_CONSTRAINTS &&
		   old->not_null != wanted->not_null && !wanted->generated &&
		   dbc_same(old->nullable, wanted->nullable) &&
		   !(wanted->not_null && has_default(wanted));
}

/* The constraints that two tables have in common, but for those of columns
 * that are added: one flag for each of a table. */
typedef struct common_constraints
{
	bool *old;
	bool *wanted;
} common_constraints;

static common_constraints
find_common(dbc_host *host, const dbcsl_ddl *old, const dbcsl_ddl *wanted)
{
	common_constraints common = {
		dbc_alloc(host, (size_t) old->nconstraints + 1),
		dbc_alloc(host, (size_t) wanted->nconstraints + 1)};

	for (int i = 0; i < wanted->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &wanted->constraints[i];

		common.wanted[i] = c->column >= old->ncolumns;
		for (int j = 0; j < old->nconstraints && !common.wanted[i]; j++)
			if (!common.old[j] &&
				same_name(old->constraints[j].name, c->name) &&
				dbc_same(old->constraints[j].definition, c->definition))
				common.old[j] = common.wanted[i] = true;
	}
	return common;
}

/* Whether DROP CONSTRAINT drops a constraint and nothing else. */
static bool
can_drop(const dbcsl_ddl *table, const dbcsl_ddl_constraint *constraint)
{
	if (constraint->kind != DBCSL_CHECK || !constraint->name ||
		sqlite3_libversion_number() < DBCSL_ALTERS_CONSTRAINTS)
		return false;
	for (int i = 0; i < table->nconstraints; i++)
		if (&table->constraints[i] != constraint &&
			table->constraints[i].name &&
			same_name(table->constraints[i].name, constraint->name))
			return false;
	return true;
}

/* Whether the constraints that differ can be added and dropped. */
static bool
can_alter_constraints(dbc_host *host, const dbcsl_ddl *old,
					  const dbcsl_ddl *wanted)
{
	common_constraints common = find_common(host, old, wanted);

	for (int i = 0; i < old->nconstraints; i++)
		if (!common.old[i] && !can_drop(old, &old->constraints[i]))
			return false;
	for (int i = 0; i < wanted->nconstraints; i++)
		if (!common.wanted[i] &&
			(wanted->constraints[i].kind != DBCSL_CHECK ||
			 sqlite3_libversion_number() < DBCSL_ALTERS_CONSTRAINTS))
			return false;
	return true;
}

bool
dbcsl_migrate_can_alter(dbcsl_host *h, const dbcsl_migrate_diff_object *from,
						const dbcsl_migrate_diff_object *to)
{
	const dbcsl_ddl *old = &from->ddl;
	const dbcsl_ddl *wanted = &to->ddl;

	if (old->ncolumns > wanted->ncolumns ||
		!dbc_same(old->definition, wanted->definition))
		return false;
	for (int i = 0; i < wanted->ncolumns; i++)
		if (i >= old->ncolumns
				? !can_add(wanted, i)
				: !can_alter_column(&old->columns[i], &wanted->columns[i]))
			return false;
	return can_alter_constraints(&h->base, old, wanted);
}

/* ---- altering ---- */

/* Appends the statement that adds or removes NOT NULL of a column. */
static void
write_alter_column(dbc_buffer *out, const dbcsl_ddl *table,
				   const dbcsl_ddl_column *old, const dbcsl_ddl_column *wanted)
{
	dbc_host *host = out->host;

	if (old->not_null == wanted->not_null)
		return;
	if (wanted->not_null)
		dbcsl_migrate_write_comment(out,
									"fails if column %s of table %s is null",
									wanted->name, dbc_quote(host, table->name));
	dbc_append_format(out, "alter table %s alter column %s %s not null%s;\n",
					  dbcsl_qualify_main_name(host, table->name),
					  dbcsl_quote_always(host, wanted->name),
					  wanted->not_null ? "set" : "drop", wanted->conflict);
}

/* Appends the statement that adds a CHECK. */
static void
write_add_check(dbc_buffer *out, const char *table,
				const dbcsl_ddl_constraint *check)
{
	dbc_append_format(out, "alter table %s add ", table);
	if (check->name)
		dbc_append_format(out, "constraint %s ",
						  dbcsl_quote_always(out->host, check->name));
	dbc_append_format(out, "check (%s);\n", check->expression);
}

void
dbcsl_migrate_write_alter(dbc_buffer *out,
						  const dbcsl_migrate_diff_object *from,
						  const dbcsl_migrate_diff_object *to)
{
	const dbcsl_ddl *old = &from->ddl;
	const dbcsl_ddl *wanted = &to->ddl;
	common_constraints common = find_common(out->host, old, wanted);
	const char *table = dbcsl_qualify_main_name(out->host, wanted->name);

	for (int i = 0; i < old->nconstraints; i++)
		if (!common.old[i])
			dbc_append_format(
				out, "alter table %s drop constraint %s;\n", table,
				dbcsl_quote_always(out->host, old->constraints[i].name));
	for (int i = 0; i < old->ncolumns; i++)
		write_alter_column(out, wanted, &old->columns[i], &wanted->columns[i]);
	for (int i = old->ncolumns; i < wanted->ncolumns; i++)
		dbc_append_format(out, "alter table %s add column %s;\n", table,
						  wanted->columns[i].text);
	for (int i = 0; i < wanted->nconstraints; i++)
		if (!common.wanted[i])
			write_add_check(out, table, &wanted->constraints[i]);
}

/* ---- rebuilding: the values of the new table ---- */

/* A table while it is rebuilt. */
typedef struct rebuild
{
	dbcsl_table_copy copy;
	const char *name; /* for comments */
	dbc_buffer notes; /* comments on values */
} rebuild;

/* Whether a column belongs to a key, or to the primary key, of its table. */
static bool
is_in_key(const dbcsl_ddl *table, const char *column, bool primary)
{
	for (int i = 0; i < table->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &table->constraints[i];

		for (int j = 0; j < c->ncolumns; j++)
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

/* A value that fits the affinity of a type, for existing rows. */
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

/* Sets the value of a new column: its default, or an empty value if it needs
 * one and has no default. */
static void
add_new_column(rebuild *r, const dbcsl_ddl_column *column)
{
	const dbcsl_ddl *wanted = r->copy.to;
	const char *value = empty_value(column->type);

	if (has_default(column) ||
		!(column->not_null ||
		  (wanted->without_rowid && is_in_key(wanted, column->name, true))))
		return;
	if (is_in_key(wanted, column->name, false))
	{
		dbcsl_migrate_write_comment(
			&r->notes,
			"fails if there are rows: column %s of table %s "
			"has no default",
			column->name, r->name);
		return;
	}
	dbcsl_migrate_write_comment(
		&r->notes,
		"fills column %s of table %s with %s: it has no "
		"default",
		column->name, r->name, value);
	dbcsl_copy_add_column(
		&r->copy, dbcsl_quote_always(r->notes.host, column->name), value);
}

/* Copies a column that both tables have. */
static void
add_common_column(rebuild *r, int number, const dbcsl_ddl_column *wanted)
{
	dbc_host *host = r->notes.host;
	const dbcsl_ddl_column *old = &r->copy.from->columns[number];
	const char *source = dbcsl_quote_always(host, old->name);
	bool may_be_null = !old->not_null && number != r->copy.from->rowid_column;

	if (wanted->not_null && may_be_null && has_default(wanted))
		source =
			dbc_format(host, "ifnull(%s, %s)", source, wanted->default_value);
	else if (wanted->not_null && may_be_null)
		dbcsl_migrate_write_comment(&r->notes,
									"fails if column %s of table %s is null",
									wanted->name, r->name);
	dbcsl_copy_add_column(&r->copy, dbcsl_quote_always(host, wanted->name),
						  source);
}

/* Sets the values of all columns. */
static void
add_columns(rebuild *r)
{
	const dbcsl_ddl *old = r->copy.from;
	const dbcsl_ddl *wanted = r->copy.to;

	dbcsl_copy_add_rowid(&r->copy);
	for (int i = 0; i < wanted->ncolumns; i++)
	{
		const dbcsl_ddl_column *column = &wanted->columns[i];
		int column_number = dbcsl_find_column(old, column->name);

		if (column->generated)
			continue;
		if (column_number >= 0)
			add_common_column(r, column_number, column);
		else if (i != wanted->rowid_column)
			add_new_column(r, column);
	}
}

/* ---- rebuilding: the statements ---- */

/* Whether the new table does not store the values of a column. */
static bool
loses(const dbcsl_ddl *wanted, const dbcsl_ddl_column *column)
{
	int column_number = dbcsl_find_column(wanted, column->name);

	return !column->generated &&
		   (column_number < 0 || wanted->columns[column_number].generated);
}

/* Writes comments on the data that the old table loses. */
static void
note_losses(dbc_buffer *out, const dbcsl_migrate_diff_object *from,
			const dbcsl_ddl *wanted)
{
	dbc_host *host = out->host;

	for (int i = 0; i < from->ddl.ncolumns; i++)
		if (loses(wanted, &from->ddl.columns[i]))
			dbcsl_migrate_write_comment(
				out, "destroys data: column %s.%s",
				dbc_quote(host, from->ddl.name),
				dbc_quote(host, from->ddl.columns[i].name));
}

void
dbcsl_migrate_write_rebuild(dbc_buffer *out,
							const dbcsl_migrate_diff_object *from,
							const dbcsl_migrate_diff_object *to)
{
	rebuild r = {.copy = dbcsl_start_table_copy(out, &from->ddl, &to->ddl),
				 .name = dbc_quote(out->host, to->ddl.name)};

	dbc_buffer_init(&r.notes, out->host);
	add_columns(&r);
	dbcsl_copy_rename_old(&r.copy);
	dbc_append_format(out, "%s;\n", to->ddl.text);
	dbc_append(out, r.notes.data);
	dbcsl_copy_fill_new(&r.copy);
	note_losses(out, from, &to->ddl);
	dbcsl_copy_drop_old(&r.copy);
}
