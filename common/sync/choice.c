/*
 * choice.c
 *	  The tables that a call is about.
 */
#include "common/sync/choice.h"

#include <stdlib.h>

#include "common/check/host.h"
#include "common/core/sort.h"
#include "common/core/text.h"

bool
dbc_sync_is_usual_schema(dbc_host *host, const char *schema)
{
	return dbc_same(schema, host->traits->schemas ? "public" : "main");
}

struct dbc_sync_names
{
	dbc_host *host;
	int count;
	const dbc_relation **tables; /* by name and schema without case */
};

static int
compare_nocase(const char *a, const char *b)
{
	while (*a && dbc_lower(*a) == dbc_lower(*b))
	{
		a++;
		b++;
	}
	return (unsigned char) dbc_lower(*a) - (unsigned char) dbc_lower(*b);
}

static int
compare_tables(const void *left, const void *right)
{
	const dbc_relation *a = *(const dbc_relation *const *) left;
	const dbc_relation *b = *(const dbc_relation *const *) right;
	int order = compare_nocase(a->name, b->name);

	return order != 0 ? order : compare_nocase(a->schema, b->schema);
}

const dbc_sync_names *
dbc_sync_sort_tables(dbc_host *host, const dbc_relation *tables, int ntables)
{
	dbc_sync_names *names = dbc_alloc(host, sizeof(*names));

	*names =
		(dbc_sync_names){.host = host,
						 .count = ntables,
						 .tables = dbc_alloc(host, ((size_t) ntables + 1) *
													   sizeof(*names->tables))};
	for (int i = 0; i < ntables; i++)
		names->tables[i] = &tables[i];
	dbc_sort(names->tables, (size_t) ntables, sizeof(*names->tables),
			 compare_tables);
	return names;
}

static void
refuse_duplicates(dbc_host *host, const dbc_relation *tables, int ntables)
{
	const dbc_sync_names *names = dbc_sync_sort_tables(host, tables, ntables);

	for (int i = 1; i < ntables; i++)
		for (int j = i - 1; j >= 0 && compare_tables(&names->tables[j],
													 &names->tables[i]) == 0;
			 j--)
			if (dbc_same(names->tables[j]->shown, names->tables[i]->shown))
				dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
						 "option tables names table %s twice",
						 names->tables[i]->shown);
}

const dbc_relation *
dbc_sync_choose_tables(dbc_host *host, const char *const *names, int *ntables)
{
	dbc_relation *tables = NULL;

	if (!names)
		return DBC_CALL(host, check, tables)(host, ntables);
	for (*ntables = 0; names[*ntables]; (*ntables)++)
	{
		const dbc_relation *found = dbc_resolve(host, names[*ntables]);

		tables = dbc_grow(host, tables, (size_t) *ntables, sizeof(*tables));
		tables[*ntables] = *found;
	}
	if (*ntables == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option tables names no table");
	refuse_duplicates(host, tables, *ntables);
	return tables;
}

/* The first table that is not before a name, and a schema unless that is
 * NULL. */
static int
find_first(const dbc_sync_names *names, const char *schema, const char *name)
{
	int low = 0;
	int high = names->count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;
		const dbc_relation *table = names->tables[middle];
		int order = compare_nocase(table->name, name);

		if (order == 0 && schema)
			order = compare_nocase(table->schema, schema);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const dbc_relation *
dbc_sync_find_table(const dbc_sync_names *names,
					const dbc_sync_section *section)
{
	bool has_schemas = names->host->traits->schemas;
	const char *schema = section->schema ? section->schema : "public";
	const dbc_relation *found = NULL;

	/* without schemas the name alone counts */
	for (int i = find_first(names, has_schemas ? schema : NULL, section->name);
		 i < names->count; i++)
	{
		const dbc_relation *table = names->tables[i];
		bool is_usual = dbc_sync_is_usual_schema(names->host, table->schema);

		if (!dbc_same_nocase(table->name, section->name) ||
			(has_schemas && !dbc_same_nocase(table->schema, schema)))
			break;
		if (!is_usual && (!section->schema ||
						  !dbc_same_nocase(table->schema, section->schema)))
			continue;
		if (dbc_same(table->name, section->name))
			return table;
		found = table;
	}
	return found;
}

/* The names of columns that another table does not have, or NULL. */
static const char *
list_missing(dbc_host *host, const dbc_sync_table *table,
			 const dbc_sync_table *other)
{
	dbc_buffer names;
	bool any = false;

	dbc_buffer_init(&names, host);
	for (int i = 0; i < table->ncolumns; i++)
	{
		bool found = false;

		for (int j = 0; j < other->ncolumns && !found; j++)
			found =
				dbc_same_nocase(table->columns[i].name, other->columns[j].name);
		if (found)
			continue;
		dbc_append_format(&names, "%s%s", any ? ", " : "",
						  table->columns[i].name);
		any = true;
	}
	return any ? names.data : NULL;
}

/* Whether columns have the same names in the same order; that of tables, and
 * of files that dbsync_export() has written, is by name. */
static bool
same_columns(const dbc_sync_table *table, const dbc_sync_table *other)
{
	for (int i = 0; i < table->ncolumns && i < other->ncolumns; i++)
		if (!dbc_same_nocase(table->columns[i].name, other->columns[i].name))
			return false;
	return table->ncolumns == other->ncolumns;
}

static _Noreturn void
refuse_columns(dbc_host *host, const dbc_sync_section *section,
			   const dbc_sync_table *here)
{
	const char *missing = list_missing(host, &section->table, here);
	const char *more = list_missing(host, here, &section->table);

	dbc_fail(
		host, DBC_UNDEFINED_COLUMN,
		missing && more
			? dbc_format(host,
						 "The table does not have: %s. The file does not "
						 "have: %s.",
						 missing, more)
		: missing ? dbc_format(host, "The table does not have: %s.", missing)
		: more	  ? dbc_format(host, "The file does not have: %s.", more)
				  : "Their names differ by case or order alone.",
		"Leave the table out with the option tables.",
		"table %s and the file have different columns", here->relation->shown);
}

const dbc_sync_table *
dbc_sync_match(dbc_host *host, const dbc_sync_section *section,
			   const dbc_relation *relation)
{
	const dbc_sync_table *here = dbc_sync_describe(host, relation);
	dbc_sync_table *table = dbc_alloc(host, sizeof(*table));
	dbc_sync_column *columns =
		dbc_alloc(host, ((size_t) here->ncolumns + 1) * sizeof(*columns));

	if (!same_columns(&section->table, here))
		refuse_columns(host, section, here);
	*table = *here;
	table->columns = columns;
	table->nkeys = section->table.nkeys;
	for (int i = 0; i < here->ncolumns; i++)
	{
		columns[i] = here->columns[i];
		columns[i].key = section->table.columns[i].key;
		columns[i].is_indexed &= columns[i].key == here->columns[i].key;
	}
	return table;
}

const char *
dbc_sync_section_name(dbc_host *host, const dbc_sync_section *section)
{
	const char *name = dbc_quote(host, section->name);

	return section->schema ? dbc_format(host, "%s.%s",
										dbc_quote(host, section->schema), name)
						   : name;
}
