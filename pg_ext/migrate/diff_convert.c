/*
 * diff_convert.c
 *	  How a column's type is converted, and whether that loses values.
 */
#include "pg_ext/migrate/diff.h"

#include <stdio.h>
#include <stdlib.h>

/* A type as a document names it: "numeric(10,2)". */
typedef struct type_name
{
	const char *base; /* without the numbers */
	int numbers[2];	  /* length or precision, -1: none; scale */
} type_name;

/* Whether a type that a column depends on is created again, so that the only
 * cast from the old to the new one is through text. */
static bool
is_swapped(const diff_node *column)
{
	const diff_list *needs = &column->new.needs;

	for (int i = 0; i < needs->count; i++)
		if (needs->items[i]->swapped)
			return true;
	return false;
}

const char *
dbcpg_migrate_using_clause(diff *d, const diff_node *column)
{
	const char *name = dbcpg_migrate_unqualified_name(column->name);
	const char *type =
		dbcpg_migrate_require_detail_text(d, &column->new, "type");
	const char *from =
		dbcpg_migrate_require_detail_text(d, &column->old, "base");
	const char *to = dbcpg_migrate_require_detail_text(d, &column->new, "base");
	const dbc_rows *rows;

	if (!is_swapped(column))
	{
		if (dbc_same(from, to))
			return "";
		rows = dbc_query(d->host, "migrate/cast", dbc_text(from), dbc_text(to));
		if (rows->nrows > 0)
			return dbc_same(dbc_get_text(d->host, rows, 0, 0), "a")
					   ? ""
					   : dbc_format(d->host, " USING %s::%s", name, type);
	}
	return dbc_format(d->host, " USING %s::text::%s", name, type);
}

/* Splits the name of a type into its base and numbers. */
static type_name
read_type(diff *d, const diff_side *column)
{
	const char *type = dbcpg_migrate_require_detail_text(d, column, "type");
	const char *open = strrchr(type, '(');
	type_name name = {dbcpg_migrate_require_detail_text(d, column, "base"),
					  {-1, 0}};

	if (open)
		(void) sscanf(open, "(%9d,%9d)", &name.numbers[0], &name.numbers[1]);
	return name;
}

/* Whether every value of one type is a value of another. */
static bool
is_wider(const char *old, const char *new)
{
	static const char *const chains[][5] = {
		{"smallint", "integer", "bigint", "numeric", "text"},
		{"real", "double precision", "text"},
		{"date", "timestamp without time zone", "text"},
		{"character varying", "text"},
	};

	if (dbc_same(new, "text") || dbc_same(new, "character varying"))
		return true;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++)
	{
		bool below = false;

		for (size_t j = 0;
			 j < sizeof(chains[i]) / sizeof(chains[i][0]) && chains[i][j]; j++)
		{
			if (below && dbc_same(chains[i][j], new))
				return true;
			below |= dbc_same(chains[i][j], old);
		}
	}
	return false;
}

/* Whether a type holds all values of another one of the same base, by length or
 * precision and scale. */
static bool
has_room(const type_name *old, const type_name *new)
{
	if (new->numbers[0] < 0)
		return true;
	return old->numbers[0] >= 0 && new->numbers[1] >= old->numbers[1] &&
		   new->numbers[0] - new->numbers[1] >=
			   old->numbers[0] - old->numbers[1];
}

/* Whether no value of a column is lost by its new type. */
static bool
is_lossless(const type_name *old, const type_name *new)
{
	if (dbc_same(old->base, new->base))
		return has_room(old, new);
	return new->numbers[0] < 0 && is_wider(old->base, new->base);
}

/* Whether a type has text with a largest length, which an assignment does not
 * cut. */
static bool
limits_length(const type_name *type)
{
	return type->numbers[0] >= 0 &&
		   (dbc_same(type->base, "character varying") ||
			dbc_same(type->base, "character") ||
			dbc_same(type->base, "bpchar"));
}

/* Whether a type has numbers with a fixed number of decimals. */
static bool
has_fixed_scale(const type_name *type)
{
	return dbc_same(type->base, "numeric")
			   ? type->numbers[0] >= 0
			   : dbc_same(type->base, "smallint") ||
					 dbc_same(type->base, "integer") ||
					 dbc_same(type->base, "bigint");
}

/* Whether a number either stays as it is or is out of range: it is not
 * rounded. */
static bool
limits_range(const type_name *old, const type_name *new)
{
	return has_fixed_scale(old) && has_fixed_scale(new) &&
		   new->numbers[1] >= old->numbers[1];
}

/* Says what a column may lose by its new type, or why it may not take it. */
void
dbcpg_migrate_comment_conversion(diff *d, const diff_node *column)
{
	type_name old = read_type(d, &column->old);
	type_name new = read_type(d, &column->new);
	bool assigned;

	if (is_lossless(&old, &new))
		return;
	assigned = *dbcpg_migrate_using_clause(d, column) == '\0';
	if (assigned && limits_range(&old, &new))
		dbcpg_migrate_write_comment(
			d, "fails if a value of column %s is out of range of %s",
			column->name,
			dbcpg_migrate_require_detail_text(d, &column->new, "type"));
	else if (assigned && limits_length(&new))
		dbcpg_migrate_write_comment(
			d, "fails if a value of column %s is longer than %d character%s",
			column->name, new.numbers[0], new.numbers[0] == 1 ? "" : "s");
	else
		dbcpg_migrate_comment_data_loss(d, "column", column->name);
}
