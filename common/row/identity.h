/*
 * identity.h
 *	  Whether a table is still the one whose rows were saved.
 */
#ifndef DBC_ROW_IDENTITY_H
#define DBC_ROW_IDENTITY_H

#include "common/core/host.h"

/* The differences of a table from the time its rows were saved. */
typedef struct dbc_row_difference
{
	const char *sentences; /* NULL: none that prevents restoring rows */
	/* [PG] condition that restored rows must satisfy, or NULL */
	const char *demands;
	bool elsewhere; /* in a copy of the database: only name, owner and columns
					   could be compared */
} dbc_row_difference;

/* The identity of a table, as JSON. */
extern const char *dbc_row_identify(dbc_host *host, const dbc_relation *table);

/* Compares a table with an identity. */
extern dbc_row_difference dbc_row_compare(dbc_host *host,
										  const dbc_relation *table,
										  const char *identity);

#endif /* DBC_ROW_IDENTITY_H */
