/*
 * user_table.h
 *	  Tables of users, as arguments of functions that change their rows.
 */
#ifndef DBC_CHECK_USER_TABLE_H
#define DBC_CHECK_USER_TABLE_H

#include "common/core/host.h"

/* The user table of an argument named relation; fails for another relation. */
extern const dbc_relation *dbc_check_user_table(dbc_host *host,
												const dbc_value *relation);

/* The partitions, or the table itself, for a table name; fails unless it is a
 * user table. */
extern const dbc_rows *dbc_check_find_partitions(dbc_host *host,
												 const char *name);

/* Columns of these rows, check/parts.sql. */
enum
{
	DBC_PART_SCHEMA,
	DBC_PART_NAME,
	DBC_PART_SHOWN,
	DBC_PART_ROOT, /* the table it is a partition of, or itself */
	DBC_PART_ID
};

/* Fails if a query about what dbcare keeps of tables, or of only one of them,
 * finds one where row security hides it from the caller. */
extern void dbc_check_row_security(dbc_host *host, const char *query,
								   dbc_value only);

#endif /* DBC_CHECK_USER_TABLE_H */
