/*
 * act.c
 *	  Acts that the log of changes records among the changes of rows.
 */
#include "common/core/act.h"

#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/core/names.h"

int64_t
dbc_log_act(dbc_host *host, const dbc_act *act)
{
	/* an entry belongs to columns of its table: to none, if it has no others */
	dbc_query(host, "core/act_shape", dbc_int(act->table_id));
	return dbc_get_int(host,
					   dbc_query(host, "core/act_add", dbc_int(act->table_id),
								 dbc_text(act->key),
								 dbc_text(dbc_json_text(act->details)),
								 dbc_text(host->role), dbc_text(act->action)),
					   0, 0);
}

/* The table of what is about none of the user's. */
static dbc_relation
settings_of(dbc_host *host)
{
	return (dbc_relation){
		.schema = "dbcare",
		.name = "setting",
		.shown = dbc_format(host, "%ssetting", host->table_prefix)};
}

/* The number of a table in the log.  [SQLite] Tables that were never logged
 * have one together, which is no table's. */
static int64_t
number_of(dbc_host *host, const dbc_relation *table)
{
	static const char logged[] = "core/act_table";

	if (!dbc_find_sql(host, logged))
		return dbc_know_table(host, table);
	return dbc_get_int(host, dbc_query(host, logged, dbc_text(table->shown)), 0,
					   0);
}

void
dbc_log_other(dbc_host *host, const char *action, const char *table,
			  const char *key, dbc_json_node *details)
{
	dbc_relation settings = settings_of(host);
	dbc_act act = {.action = action, .key = key, .details = details};

	act.table_id = number_of(host, &settings);
	DBC_PUT_TEXT(details, table, table);
	dbc_log_act(host, &act);
}

void
dbc_log_protection(dbc_host *host, const dbc_relation *table, const char *key,
				   dbc_json_node *details)
{
	dbc_relation settings = settings_of(host);
	dbc_act act = {.action = "protection", .key = key, .details = details};

	if (!table)
		table = &settings;
	act.table_id = number_of(host, table);
	DBC_PUT_TEXT(details, function, host->function->name);
	DBC_PUT_TEXT(details, table, table->shown);
	dbc_log_act(host, &act);
}
