/*
 * act.h
 *	  Acts that the log of changes records among the changes of rows.
 *
 * Such an entry is sealed and verified as that of a changed row: a role that
 * can lower a protection can remove an event, too.
 */
#ifndef DBC_CORE_ACT_H
#define DBC_CORE_ACT_H

#include "common/core/json_write.h"

/* An entry of the log. */
typedef struct dbc_act
{
	int64_t table_id;	/* of the log */
	const char *action; /* as dbaudit_log() shows it */
	const char *key;	/* of a row, as JSON; or NULL */
	const dbc_json_node *details;
} dbc_act;

/* Adds an entry to the log; returns its number. */
extern int64_t dbc_log_act(dbc_host *host, const dbc_act *act);

/* Logs that the protection of a table or of one of its rows has changed, or if
 * table is NULL that of dbcare's tables; adds the function and the table to
 * details. */
extern void dbc_log_protection(dbc_host *host, const dbc_relation *table,
							   const char *key, dbc_json_node *details);

/* Logs what is about no rows of a table that dbcare knows, under the name of
 * one, which is added to details. */
extern void dbc_log_other(dbc_host *host, const char *action, const char *table,
						  const char *key, dbc_json_node *details);

#endif /* DBC_CORE_ACT_H */
