/*
 * user_table.c
 *	  Tables of users, as arguments of functions that change their rows.
 */
#include "common/check/user_table.h"

#include "common/core/options.h"
#include "common/core/tables.h"

/* The partitions of a table, or the table itself: rows of check/parts.sql. */
static const dbc_rows *
partitions_of(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *parts = dbc_query(
		host, "check/parts", dbc_text(table->schema), dbc_text(table->name));

	if (parts->nrows == 0)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "dbcare cannot change rows of table %s", table->shown);
	return parts;
}

/* The same for the name of a table. */
const dbc_rows *
dbc_check_find_partitions(dbc_host *host, const char *name)
{
	return partitions_of(host, dbc_resolve(host, name));
}

const dbc_relation *
dbc_check_user_table(dbc_host *host, const dbc_value *relation)
{
	const dbc_relation *table;

	dbc_refuse_options(host, relation->text, "relation");
	/* fails if dbcare's tables are not to be trusted */
	(void) dbc_has_tables(host);
	table = dbc_resolve(host, relation->text);
	/* fails unless it is a user table */
	(void) partitions_of(host, table);
	return table;
}

void
dbc_check_row_security(dbc_host *host, const char *query, dbc_value only)
{
	const dbc_rows *rows = dbc_query(host, query, only);

	if (rows->nrows > 0)
		dbc_fail(host, DBC_INSUFFICIENT,
				 "What dbcare keeps of rows has no policies.",
				 "Call the function as the owner of the table, or as a role "
				 "with BYPASSRLS.",
				 "row security hides what is kept of table %s",
				 dbc_get_text(host, rows, 0, 0));
}
