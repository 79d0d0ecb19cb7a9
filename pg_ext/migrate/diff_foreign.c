/*
 * diff_foreign.c
 *	  The options of foreign objects: wrappers, servers, tables and columns.
 */
#include "pg_ext/migrate/diff.h"

/* The item of a list that sets the same option as another one, or NULL. */
static const char *
find_setting(diff *d, const diff_detail *list, const char *setting)
{
	const char *name = dbcpg_migrate_first_word(d, setting);

	for (int i = 0; i < list->nitems; i++)
		if (dbc_same(dbcpg_migrate_first_word(d, list->items[i]), name))
			return list->items[i];
	return NULL;
}

/* Appends an action on an option. */
static void
append_action(dbc_buffer *actions, const char *action, const char *setting)
{
	dbc_append_format(actions, "%s%s %s", actions->length > 0 ? ", " : "",
					  action, setting);
}

/* Writes the change of the options of a node; start is how its statement
 * begins. */
void
dbcpg_migrate_alter_options(diff *d, const diff_node *node, const char *start)
{
	const diff_detail *old = dbcpg_migrate_detail_items(&node->old, "settings");
	const diff_detail *new = dbcpg_migrate_detail_items(&node->new, "settings");
	dbc_buffer actions;

	dbc_buffer_init(&actions, d->host);
	for (int i = 0; i < old->nitems; i++)
		if (!find_setting(d, new, old->items[i]))
			append_action(&actions, "DROP",
						  dbcpg_migrate_first_word(d, old->items[i]));
	for (int i = 0; i < new->nitems; i++)
	{
		const char *before = find_setting(d, old, new->items[i]);

		if (!before || !dbc_same(before, new->items[i]))
			append_action(&actions, before ? "SET" : "ADD", new->items[i]);
	}
	if (actions.length > 0)
		dbcpg_migrate_write_statement(d, "%s OPTIONS (%s)", start,
									  actions.data);
}

/* Appends the options of a node that is created. */
void
dbcpg_migrate_append_options(dbc_buffer *out, const diff_side *side)
{
	const diff_detail *settings = dbcpg_migrate_detail_items(side, "settings");

	for (int i = 0; i < settings->nitems; i++)
		dbc_append_format(out, "%s%s", i > 0 ? ", " : " OPTIONS (",
						  settings->items[i]);
	if (settings->nitems > 0)
		dbc_append(out, ")");
}
