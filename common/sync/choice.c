/*
 * choice.c
 *	  The tables that a call is about.
 */
#include "common/sync/choice.h"

#include "common/check/host.h"
#include "common/core/text.h"

bool
dbc_sync_is_usual_schema(dbc_host *host, const char *schema)
{
	return dbc_same(schema, host->engine == DBC_ON_SQLITE ? "main" : "public");
}

const dbc_relation *
dbc_sync_choose_tables(dbc_host *host, const char *const *names, int *ntables)
{
	dbc_relation *tables = NULL;

	if (!names)
		return DBC_CALL(host, check, tables)(host, ntables);
	for (*ntables = 0; names[*ntables]; (*ntables)++)
	{
		const dbc_relation *found = host->resolve(host, names[*ntables]);

		for (int i = 0; i < *ntables; i++)
			if (dbc_same(tables[i].shown, found->shown))
				dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
						 "option tables names table %s twice", found->shown);
		tables = dbc_grow(host, tables, (size_t) *ntables, sizeof(*tables));
		tables[*ntables] = *found;
	}
	if (*ntables == 0)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option tables names no table");
	return tables;
}

const dbc_relation *
dbc_sync_find_table(dbc_host *host, const dbc_sync_section *section,
					const dbc_relation *tables, int ntables)
{
	const dbc_relation *found = NULL;

	for (int i = 0; i < ntables; i++)
	{
		bool is_usual = dbc_sync_is_usual_schema(host, tables[i].schema);

		/* SQLite has no schemas: there the name alone counts */
		if (section->schema
				? !dbc_same_nocase(tables[i].schema, section->schema) &&
					  !(is_usual && host->engine == DBC_ON_SQLITE)
				: !is_usual)
			continue;
		if (dbc_same(tables[i].name, section->name))
			return &tables[i];
		if (dbc_same_nocase(tables[i].name, section->name))
			found = &tables[i];
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

const dbc_sync_table *
dbc_sync_match(dbc_host *host, const dbc_sync_section *section,
			   const dbc_relation *relation)
{
	const dbc_sync_table *here = dbc_sync_describe(host, relation);
	dbc_sync_table *table = dbc_alloc(host, sizeof(*table));
	dbc_sync_column *columns =
		dbc_alloc(host, ((size_t) here->ncolumns + 1) * sizeof(*columns));
	const char *missing = list_missing(host, &section->table, here);
	const char *more = list_missing(host, here, &section->table);

	if (missing || more || here->ncolumns != section->table.ncolumns)
		dbc_fail(host, DBC_UNDEFINED_COLUMN,
				 missing && more
					 ? dbc_format(host,
								  "The table does not have: %s. The file does "
								  "not have: %s.",
								  missing, more)
				 : missing
					 ? dbc_format(host, "The table does not have: %s.", missing)
				 : more ? dbc_format(host, "The file does not have: %s.", more)
						: "Their names differ by case alone.",
				 "Leave the table out with the option tables.",
				 "table %s and the file have different columns",
				 relation->shown);
	*table = *here;
	table->columns = columns;
	table->nkeys = section->table.nkeys;
	for (int i = 0; i < here->ncolumns; i++)
	{
		columns[i] = here->columns[i];
		columns[i].key = section->table.columns[i].key;
	}
	return table;
}

const char *
dbc_sync_section_name(dbc_host *host, const dbc_sync_section *section)
{
	const char *name = host->quote(host, section->name);

	return section->schema
			   ? dbc_format(host, "%s.%s", host->quote(host, section->schema),
							name)
			   : name;
}
