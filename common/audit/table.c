/*
 * table.c
 *	  The tables that arguments of dbaudit_* functions name.
 */
#include "common/audit/audit.h"

#include "common/check/repair.h"
#include "common/core/options.h"
#include "common/core/tables.h"

const dbc_relation *
dbc_audit_table(dbc_host *host, const dbc_value *relation)
{
	dbc_refuse_options(host, relation->text, "relation");
	/* fails unless it is a user table */
	(void) dbc_check_find_partitions(host, relation->text);
	return host->resolve(host, relation->text);
}

dbc_audit_logged
dbc_audit_find(dbc_host *host, const dbc_relation *table)
{
	const dbc_value *cells;

	if (dbc_tables_version(host) < DBC_AUDIT_VERSION)
		return (dbc_audit_logged){0};
	cells =
		dbc_get_row(host,
					dbc_query(host, "audit/table", dbc_text(table->schema),
							  dbc_text(table->name), dbc_text(table->shown)),
					0, "IbT");
	return (dbc_audit_logged){.id = cells[0].integer,
							  .enabled = cells[1].integer,
							  .problem = cells[2].text};
}
