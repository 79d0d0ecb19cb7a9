/*
 * unfired.c
 *	  Triggers of the application that rows were changed without.
 *
 * What such a trigger keeps elsewhere, a counter or a copy, is not what the
 * rows are now, so results name it.
 */
#include "common/row/unfired.h"

#include "common/row/host.h"
#include "common/core/names.h"

static void
add_name(dbc_host *host, dbc_row_unfired *unfired, const char *name)
{
	for (int i = 0; i < unfired->count; i++)
		if (dbc_same(unfired->names[i], name))
			return;
	unfired->names = dbc_grow(host, unfired->names, (size_t) unfired->count,
							  sizeof(*unfired->names));
	unfired->names[unfired->count++] = name;
}

void
dbc_row_add_unfired(dbc_host *host, dbc_row_unfired *unfired,
					const dbc_relation *table, int events)
{
	const char *const *names;
	const dbc_rows *rows;

	if (!dbc_find_sql(host, "row/unfired"))
	{
		names = DBC_CALL(host, row, unfired)(host, table, events);
		for (; *names; names++)
			add_name(host, unfired, *names);
		return;
	}
	rows = dbc_query(host, "row/unfired", dbc_text(table->schema),
					 dbc_text(table->name), dbc_int(events));
	for (int i = 0; i < rows->nrows; i++)
		add_name(host, unfired, dbc_get_text(host, rows, i, 0));
}

void
dbc_row_put_unfired(dbc_host *host, const dbc_row_unfired *unfired,
					dbc_json_node *result)
{
	dbc_json_node *names = dbc_json_array(host);

	for (int i = 0; i < unfired->count; i++)
		dbc_json_push_text(names, unfired->names[i]);
	if (unfired->count > 0)
		DBC_PUT(result, triggers_not_fired, names);
}
