/*
 * find.c
 *	  Finds the ledgers of other migration tools in this database.
 */
#include "common/adopt/adopt.h"

#include <string.h>

/* Columns of adopt/ledgers.sql. */
enum
{
	F_SHOWN,
	F_SCHEMA,
	F_NAME,
	F_COLUMN,
	F_PROBLEM
};

/* A table that may be a ledger: rows first up to, not including, last. */
typedef struct candidate
{
	dbc_host *host;
	const dbc_rows *rows;
	int first;
	int last;
} candidate;

/* A column of the first row of the table. */
static const char *
about(const candidate *c, int column)
{
	return dbc_get_text_or_null(c->host, c->rows, c->first, column);
}

/* The tables that may be ledgers, and their companion tables. */
static const dbc_rows *
query_tables(dbc_host *host, const char *table)
{
	dbc_json_node *names = dbc_json_array(host);

	for (int t = 0; t < dbc_adopt_ntools; t++)
	{
		dbc_json_push_text(names, dbc_adopt_tools[t].table);
		if (dbc_adopt_tools[t].companion)
			dbc_json_push_text(names, dbc_adopt_tools[t].companion);
	}
	return dbc_query(host, "adopt/ledgers", dbc_text(dbc_json_text(names)),
					 dbc_text(table));
}

/* Moves to the next table of the result; false at the end. */
static bool
next_table(candidate *c)
{
	c->first = c->last;
	if (c->first == c->rows->nrows)
		return false;
	while (c->last < c->rows->nrows &&
		   dbc_same(dbc_get_text(c->host, c->rows, c->last, F_SHOWN),
					about(c, F_SHOWN)))
		c->last++;
	return true;
}

/* Whether a table has a column. */
static bool
has_column(const candidate *c, const char *name)
{
	for (int row = c->first; row < c->last; row++)
		if (dbc_same(dbc_get_text(c->host, c->rows, row, F_COLUMN), name))
			return true;
	return false;
}

/* Whether the schema of a table has a companion table of this name. */
static bool
has_companion(const candidate *c, const char *name)
{
	for (int row = 0; row < c->rows->nrows; row++)
		if (dbc_same(dbc_get_text(c->host, c->rows, row, F_NAME), name) &&
			dbc_same(dbc_get_text(c->host, c->rows, row, F_SCHEMA),
					 about(c, F_SCHEMA)))
			return true;
	return false;
}

/* Whether a table has the columns of a tool's ledger. */
static bool
has_columns(const candidate *c, const dbc_adopt_tool *tool)
{
	int i;

	for (i = 0; i < DBC_TOOL_COLUMNS && tool->columns[i]; i++)
		if (!has_column(c, tool->columns[i]))
			return false;
	return !tool->no_others || c->last - c->first == i;
}

/* Whether a table can be the ledger of a tool.  A tool that the user has named
 * needs no companion table. */
static bool
fits(const candidate *c, const dbc_adopt_tool *tool, bool asked)
{
	return has_columns(c, tool) &&
		   (asked || !tool->companion || has_companion(c, tool->companion));
}

/*
 * The tool whose ledger a table is, or NULL.  A tool whose default table name
 * matches wins; otherwise the columns must fit exactly one tool.
 */
static const dbc_adopt_tool *
tool_of(dbc_host *host, const candidate *c, bool named)
{
	const dbc_adopt_tool *found = NULL;

	for (int t = 0; t < dbc_adopt_ntools; t++)
		if (dbc_same(dbc_adopt_tools[t].table, about(c, F_NAME)) &&
			fits(c, &dbc_adopt_tools[t], false))
			return &dbc_adopt_tools[t];
	for (int t = 0; named && t < dbc_adopt_ntools; t++)
	{
		if (!fits(c, &dbc_adopt_tools[t], false))
			continue;
		if (found)
			dbc_fail(
				host, DBC_INVALID_PARAMETER,
				dbc_format(
					host,
					"The table has the columns of the ledgers of %s and %s.",
					found->name, dbc_adopt_tools[t].name),
				"Name the tool with the option \"tool\".",
				"%s may be the ledger of several tools", about(c, F_SHOWN));
		found = &dbc_adopt_tools[t];
	}
	return found;
}

/* The tool of this name, or NULL. */
static const dbc_adopt_tool *
tool_named(const char *name)
{
	for (int t = 0; t < dbc_adopt_ntools; t++)
		if (dbc_same(dbc_adopt_tools[t].name, name))
			return &dbc_adopt_tools[t];
	return NULL;
}

/* Whether a table is among those that the user asked for. */
static bool
is_requested(const candidate *c, const dbc_adopt_tool *tool, const char *table)
{
	if (table)
		return dbc_same(about(c, F_SHOWN), table);
	return !tool || dbc_same(about(c, F_NAME), tool->table);
}

/* Fails because no ledger was found. */
static _Noreturn void
refuse_missing(dbc_host *host, const dbc_adopt_tool *tool, const char *table)
{
	dbc_buffer names;

	dbc_buffer_init(&names, host);
	for (int t = 0; t < dbc_adopt_ntools; t++)
		dbc_append_format(&names, "%s%s", t ? ", " : "Supported tools: ",
						  dbc_adopt_tools[t].name);
	dbc_append(&names, ".");
	if (table)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE,
				 "The table does not have the columns of that ledger.",
				 "Name another table, or omit the option \"table\" to search "
				 "for the ledger.",
				 "%s is not the ledger of %s", table,
				 tool ? tool->name : "a migration tool");
	dbc_fail(
		host, DBC_UNDEFINED_OBJECT, tool ? NULL : names.data,
		"If the ledger has another name, pass the name as option \"table\".",
		"no ledger of %s was found", tool ? tool->name : "a migration tool");
}

_Noreturn void
dbc_adopt_refuse_ledger(dbc_host *host, const dbc_adopt_ledger *ledger,
						const char *sqlstate, const char *problem)
{
	dbc_fail(host, sqlstate, NULL, NULL,
			 "the ledger of %s in %s cannot be read: %s", ledger->tool->name,
			 ledger->table, problem);
}

/* The only ledger in the database. */
dbc_adopt_ledger
dbc_adopt_find_ledger(dbc_host *host, const char *tool_name, const char *table)
{
	const dbc_adopt_tool *asked = tool_name ? tool_named(tool_name) : NULL;
	const char *shown = table ? dbc_resolve(host, table)->shown : NULL;
	candidate c = {.host = host, .rows = query_tables(host, shown)};
	const char *problem = NULL;
	dbc_adopt_ledger ledger = {NULL, NULL, NULL};
	int count = 0;
	dbc_buffer all;

	dbc_buffer_init(&all, host);
	while (next_table(&c))
	{
		const dbc_adopt_tool *its = NULL;

		if (!is_requested(&c, asked, shown))
			continue;
		if (!asked)
			its = tool_of(host, &c, shown != NULL);
		else if (fits(&c, asked, true))
			its = asked;
		if (!its)
			continue;
		dbc_append_format(&all, "%s%s (%s)", count++ ? ", " : "",
						  about(&c, F_SHOWN), its->name);
		ledger =
			(dbc_adopt_ledger){its, about(&c, F_SHOWN), about(&c, F_SCHEMA)};
		problem = about(&c, F_PROBLEM);
	}
	if (count == 0)
		refuse_missing(host, asked, table);
	if (count > 1)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 dbc_format(host, "The ledgers are %s.", all.data),
				 "Choose one ledger with the option \"table\".",
				 "this database has several ledgers");
	if (problem)
		dbc_adopt_refuse_ledger(host, &ledger, DBC_NOT_READY, problem);
	return ledger;
}

/* The tool that is named, if dbcare can create its ledger and no table has its
 * name. */
const dbc_adopt_tool *
dbc_adopt_tool_without_ledger(dbc_host *host, const char *name)
{
	const dbc_adopt_tool *tool = name ? tool_named(name) : NULL;
	candidate c = {.host = host, .rows = query_tables(host, NULL)};

	if (!tool || !tool->can_create)
		return NULL;
	while (next_table(&c))
		if (dbc_same(about(&c, F_NAME), tool->table))
			return NULL;
	return tool;
}

/* Whether the table of a ledger exists, and why it cannot be read. */
bool
dbc_adopt_ledger_exists(dbc_host *host, const dbc_adopt_ledger *ledger,
						const char **problem)
{
	candidate c = {.host = host, .rows = query_tables(host, ledger->table)};

	while (next_table(&c))
	{
		if (!dbc_same(about(&c, F_SHOWN), ledger->table))
			continue;
		*problem = has_columns(&c, ledger->tool) ? about(&c, F_PROBLEM)
												 : "it has unexpected columns";
		return true;
	}
	return false;
}
