/*
 * table.c
 *	  What is to be known of a table before queries run on it.
 */
#include "wire/check/verify.h"
#include "wire/core/host.h"

#include "common/core/text.h"

const dbc_rows *
dbcw_check_describe(dbc_host *host, const dbc_relation *table, bool runs_rules)
{
	const dbc_rows *rows =
		dbc_query(host, "check/verified", dbc_text(table->schema),
				  dbc_text(table->name), dbc_bool(runs_rules));

	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", table->shown);
	return rows;
}

const char *
dbcw_check_describe_code(dbc_host *host, const char *role)
{
	return dbc_format(host,
					  "code of role \"%s\" would run with the rights of role "
					  "\"%s\"",
					  role, dbcw_of(host)->connection->role);
}
