/*
 * moved.c
 *	  [SQLite] Tables that were created again by hand with another order of
 *	  their columns.
 */
#include "common/row/moved.h"

#include "common/core/json_write.h"
#include "common/core/text.h"

static const dbc_rows *
list(dbc_host *host, const char *statement, const dbc_value *table)
{
	static const dbc_rows none = {0};

	return dbc_find_sql(host, statement) ? dbc_query(host, statement, *table)
										 : &none;
}

const dbc_rows *
dbc_row_list_moved(dbc_host *host, const dbc_value *table)
{
	return list(host, "row/moved", table);
}

const dbc_rows *
dbc_row_list_moved_log(dbc_host *host, const dbc_value *table)
{
	return list(host, "row/moved_log", table);
}

dbc_value
dbc_row_moved_names(dbc_host *host, const dbc_rows *moved)
{
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < moved->nrows; i++)
		dbc_json_push_text(names, dbc_get_text(host, moved, i, 0));
	return dbc_json(dbc_json_text(names));
}

/* Fails because of a table; what is kept of its rows, and by whom. */
static _Noreturn void
refuse(dbc_host *host, const char *table, const char *kept,
	   const char *function)
{
	dbc_fail(
		host, DBC_NOT_READY,
		dbc_format(host,
				   "%s by the names of before: columns that have exchanged "
				   "their names cannot be told from columns in another order.",
				   kept),
		dbc_format(host,
				   "If no columns have exchanged their names: select %s(%s);",
				   function, dbc_literal(host, table)),
		"table %s was created again with another order of its columns, or of "
		"those of its key",
		table);
}

void
dbc_row_refuse_moved(dbc_host *host, const dbc_value *table)
{
	const dbc_rows *moved = dbc_row_list_moved(host, table);

	if (moved->nrows > 0)
		refuse(host, dbc_get_text(host, moved, 0, 0), "Deleted rows are kept",
			   "dbarchive_enable");
}

void
dbc_row_refuse_moved_log(dbc_host *host, const dbc_value *table)
{
	const dbc_rows *moved = dbc_row_list_moved_log(host, table);

	if (moved->nrows > 0)
		refuse(host, dbc_get_text(host, moved, 0, 0), "Changes are logged",
			   "dbaudit_enable");
}
