/*
 * diff_table.c
 *	  Creating and changing tables, and moving them between parents.
 */
#include "pg_ext/migrate/diff.h"

#include "common/core/sort.h"

#include <stdlib.h>

/* Appends a clause after a space, if there is one. */
static void
append_clause(dbc_buffer *out, const char *start, const char *clause)
{
	if (clause)
		dbc_append_format(out, " %s%s", start, clause);
}

/* Appends a list. */
static void
append_list(dbc_buffer *out, const diff_detail *list)
{
	for (int i = 0; i < list->nitems; i++)
		dbc_append_format(out, "%s%s", i > 0 ? ", " : "", list->items[i]);
}

/* The order of columns, for qsort. */
static int
compare_positions(const void *left, const void *right)
{
	const diff_node *l = *(diff_node *const *) left;
	const diff_node *r = *(diff_node *const *) right;
	int64_t difference = l->new.object->position - r->new.object->position;

	return difference < 0 ? -1 : difference > 0;
}

/* The columns of a new table, in order. */
static diff_list
columns_of(diff *d, const diff_node *table)
{
	const diff_list *held = &table->new.held;
	diff_list columns = {0};

	columns.items =
		dbc_alloc(d->host, ((size_t) held->count + 1) * sizeof(*columns.items));
	for (int i = 0; i < held->count; i++)
		if (held->items[i]->kind == DIFF_COLUMN)
			columns.items[columns.count++] = held->items[i];
	dbc_sort(columns.items, (size_t) columns.count, sizeof(*columns.items),
			 compare_positions);
	return columns;
}

/* Appends the columns that a table does not inherit. */
static void
append_columns(diff *d, const diff_list *columns)
{
	bool first = true;

	dbc_append(&d->out, " (");
	for (int i = 0; i < columns->count; i++)
	{
		const diff_node *column = columns->items[i];

		if (column->new.origin)
			continue;
		dbc_append_format(&d->out, "%s\n\t%s %s", first ? "" : ",",
						  dbcpg_migrate_unqualified_name(column->name),
						  dbcpg_migrate_column_clause(d, column));
		first = false;
	}
	dbc_append(&d->out, first ? ")" : "\n)");
}

/* Writes the row security of a table where it differs. */
static void
write_row_security(diff *d, const diff_node *table)
{
	bool enabled = dbcpg_migrate_detail_is_true(&table->new, "row_security");
	bool forced =
		dbcpg_migrate_detail_is_true(&table->new, "force_row_security");

	if (enabled != dbcpg_migrate_detail_is_true(&table->old, "row_security"))
		dbcpg_migrate_write_statement(d, "ALTER TABLE %s %s ROW LEVEL SECURITY",
									  table->name,
									  enabled ? "ENABLE" : "DISABLE");
	if (forced !=
		dbcpg_migrate_detail_is_true(&table->old, "force_row_security"))
		dbcpg_migrate_write_statement(
			d, "ALTER TABLE %s %sFORCE ROW LEVEL SECURITY", table->name,
			forced ? "" : "NO ");
}

/* Writes the CREATE TABLE itself. */
static void
write_create_table(diff *d, const diff_node *table, const diff_list *columns)
{
	const diff_side *side = &table->new;
	const diff_detail *parents = dbcpg_migrate_detail_items(side, "parents");
	const diff_detail *options = dbcpg_migrate_detail_items(side, "with");
	bool is_foreign = table->kind == DIFF_FOREIGN_TABLE;

	dbc_append(&d->out, "CREATE");
	append_clause(&d->out, "", dbcpg_migrate_detail_text(side, "persistence"));
	dbc_append_format(&d->out, " %sTABLE %s", is_foreign ? "FOREIGN " : "",
					  table->name);
	if (dbcpg_migrate_detail_is_true(side, "partition") && parents->nitems > 0)
	{
		append_clause(&d->out, "PARTITION OF ", parents->items[0]);
		append_clause(&d->out, "", dbcpg_migrate_detail_text(side, "bound"));
	}
	else
	{
		append_columns(d, columns);
		if (parents->nitems > 0)
		{
			dbc_append(&d->out, " INHERITS (");
			append_list(&d->out, parents);
			dbc_append(&d->out, ")");
		}
	}
	append_clause(&d->out, "PARTITION BY ",
				  dbcpg_migrate_detail_text(side, "partition_by"));
	append_clause(&d->out, "USING ", dbcpg_migrate_detail_text(side, "using"));
	append_clause(&d->out, "SERVER ",
				  dbcpg_migrate_detail_text(side, "server"));
	dbcpg_migrate_append_options(&d->out, side);
	if (options->nitems > 0)
	{
		dbc_append(&d->out, " WITH (");
		append_list(&d->out, options);
		dbc_append(&d->out, ")");
	}
	dbc_append(&d->out, ";\n");
}

/* Writes the creation of a table with its columns. */
void
dbcpg_migrate_create_table(diff *d, const diff_node *table)
{
	diff_list columns = columns_of(d, table);
	const char *of = dbcpg_migrate_detail_text(&table->new, "of");
	diff_node created = *table;

	write_create_table(d, table, &columns);
	for (int i = 0; i < columns.count; i++)
		dbcpg_migrate_write_column_rest(d, columns.items[i]);
	if (of)
		dbcpg_migrate_write_statement(d, "ALTER TABLE %s OF %s", table->name,
									  of);
	created.old = (diff_side){.object = NULL};
	write_row_security(d, &created);
}

/* ---- changes ---- */

/* The length of the name of a storage parameter. */
static size_t
name_length(const char *option)
{
	return strcspn(option, "=");
}

/* The storage parameter of a list that has the name of another one, or NULL. */
static const char *
named_option(const diff_detail *list, const char *option)
{
	size_t length = name_length(option);

	for (int i = 0; i < list->nitems; i++)
		if (name_length(list->items[i]) == length &&
			strncmp(list->items[i], option, length) == 0)
			return list->items[i];
	return NULL;
}

/* Writes the storage parameters that change. */
static void
write_options(diff *d, const diff_node *table)
{
	const diff_detail *old = dbcpg_migrate_detail_items(&table->old, "with");
	const diff_detail *new = dbcpg_migrate_detail_items(&table->new, "with");

	for (int i = 0; i < old->nitems; i++)
		if (!named_option(new, old->items[i]))
			dbcpg_migrate_write_statement(
				d, "ALTER TABLE %s RESET (%.*s)", table->name,
				(int) name_length(old->items[i]), old->items[i]);
	for (int i = 0; i < new->nitems; i++)
	{
		const char *before = named_option(old, new->items[i]);

		if (!before || !dbc_same(before, new->items[i]))
			dbcpg_migrate_write_statement(d, "ALTER TABLE %s SET (%s)",
										  table->name, new->items[i]);
	}
}

/* Writes the change of a table; its columns, parents and replica identity have
 * their own nodes. */
void
dbcpg_migrate_alter_table(diff *d, const diff_node *table)
{
	const char *of = dbcpg_migrate_detail_text(&table->new, "of");
	const char *method = dbcpg_migrate_detail_text(&table->new, "using");

	if (!dbcpg_migrate_has_same_detail(table, "persistence"))
		dbcpg_migrate_write_statement(
			d, "ALTER TABLE %s SET %s", table->name,
			dbcpg_migrate_detail_text(&table->new, "persistence") ? "UNLOGGED"
																  : "LOGGED");
	if (!dbcpg_migrate_has_same_detail(table, "of"))
		dbcpg_migrate_write_statement(
			d, of ? "ALTER TABLE %s OF %s" : "ALTER TABLE %s NOT OF",
			table->name, of);
	if (!dbcpg_migrate_has_same_detail(table, "using"))
		dbcpg_migrate_write_statement(d, "ALTER TABLE %s SET ACCESS METHOD %s",
									  table->name, method ? method : "heap");
	if (table->kind == DIFF_FOREIGN_TABLE)
		dbcpg_migrate_alter_options(
			d, table,
			dbc_format(d->host, "ALTER FOREIGN TABLE %s", table->name));
	write_options(d, table);
	write_row_security(d, table);
}

/* ---- parents ---- */

/* Whether a list has a text. */
static bool
has_item(const diff_detail *list, const char *text)
{
	for (int i = 0; i < list->nitems; i++)
		if (dbc_same(list->items[i], text))
			return true;
	return false;
}

/* Drops the constraints and indexes that stay when a table leaves its parents
 * and that the new schema lacks. */
static void
drop_left(diff *d, const diff_node *parents)
{
	const diff_detail *left = dbcpg_migrate_detail_items(&parents->old, "left");
	const diff_detail *stays =
		dbcpg_migrate_detail_items(&parents->new, "left");

	for (int i = 0; i < left->nitems; i++)
	{
		const char *name = strchr(left->items[i], ' ');
		const diff_node *node =
			dbcpg_migrate_find_labelled_node(d, left->items[i]);

		if (!name || (node && node->action == DIFF_KEEP) ||
			has_item(stays, left->items[i]))
			continue;
		if (dbc_starts_with(left->items[i], "constraint "))
			dbcpg_migrate_write_statement(
				d, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", parents->name,
				dbcpg_migrate_unqualified_name(name + 1));
		else
			dbcpg_migrate_write_statement(d, "DROP INDEX IF EXISTS %s",
										  name + 1);
	}
}

/* Removes a table from its parents. */
void
dbcpg_migrate_drop_parents(diff *d, const diff_node *parents)
{
	const diff_detail *list =
		dbcpg_migrate_detail_items(&parents->old, "parents");

	for (int i = 0; i < list->nitems; i++)
		if (dbcpg_migrate_detail_is_true(&parents->old, "partition"))
			dbcpg_migrate_write_statement(d,
										  "ALTER TABLE %s DETACH PARTITION %s",
										  list->items[i], parents->name);
		else
			dbcpg_migrate_write_statement(d, "ALTER TABLE %s NO INHERIT %s",
										  parents->name, list->items[i]);
	drop_left(d, parents);
}

/* Adds the CHECK constraints that a table must have to join its parents. */
static void
add_checks(diff *d, const diff_node *parents)
{
	const diff_detail *labels =
		dbcpg_migrate_detail_items(&parents->new, "left");
	const diff_detail *definitions =
		dbcpg_migrate_detail_items(&parents->new, "left_definitions");

	for (int i = 0; i < labels->nitems && i < definitions->nitems; i++)
	{
		const diff_node *node =
			dbcpg_migrate_find_labelled_node(d, labels->items[i]);

		if (dbc_starts_with(definitions->items[i], "CHECK ") &&
			!(node && node->action == DIFF_KEEP) &&
			!has_item(dbcpg_migrate_detail_items(&parents->old, "left"),
					  labels->items[i]))
			dbcpg_migrate_write_statement(
				d, "ALTER TABLE %s ADD CONSTRAINT %s %s", parents->name,
				dbcpg_migrate_unqualified_name(labels->items[i]),
				definitions->items[i]);
	}
}

/* Adds a table to its parents. */
void
dbcpg_migrate_add_parents(diff *d, const diff_node *parents)
{
	const diff_detail *list =
		dbcpg_migrate_detail_items(&parents->new, "parents");
	const char *bound = dbcpg_migrate_detail_text(&parents->new, "bound");

	add_checks(d, parents);
	for (int i = 0; i < list->nitems; i++)
		if (dbcpg_migrate_detail_is_true(&parents->new, "partition"))
			dbcpg_migrate_write_statement(
				d, "ALTER TABLE %s ATTACH PARTITION %s %s", list->items[i],
				parents->name, bound ? bound : "");
		else
			dbcpg_migrate_write_statement(d, "ALTER TABLE %s INHERIT %s",
										  parents->name, list->items[i]);
}
