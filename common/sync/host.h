/*
 * host.h
 *	  Rows of users' tables as raw values: what the room asks of an engine.
 */
#ifndef DBC_SYNC_HOST_H
#define DBC_SYNC_HOST_H

#include "common/core/host.h"

typedef enum dbc_sync_kind
{
	DBC_SYNC_NULL,
	DBC_SYNC_INTEGER,
	DBC_SYNC_REAL,
	DBC_SYNC_SINGLE,  /* a real number of four bytes */
	DBC_SYNC_DECIMAL, /* text of digits without an exponent, or NaN */
	DBC_SYNC_TEXT,
	DBC_SYNC_BLOB,
	DBC_SYNC_DAYS,		  /* since 1970-01-01 */
	DBC_SYNC_MICROSECONDS /* since 1970-01-01 00:00, in UTC if it has a zone */
} dbc_sync_kind;

/* A value as the engine has it; bytes may be no valid UTF-8, and are not
 * NUL-terminated. */
typedef struct dbc_sync_value
{
	dbc_sync_kind kind;
	int64_t integer;
	double real;
	const char *bytes;
	size_t length;
} dbc_sync_value;

typedef struct dbc_sync_host
{
	/* Runs a query that only reads, as the caller; calls row(host, arg, values)
	 * for each row.  The values last until it returns: memory does not grow
	 * with the rows.  row() runs no statement.  $1 .. $n are bounds, in
	 * canonical form, of a range that an index finds.  A condition of the
	 * caller in the query finds names in the schema of a table, as rules of
	 * that table do; without a condition the table is NULL. */
	void (*scan)(dbc_host *host, const char *query, const dbc_relation *table,
				 const dbc_sync_value *bounds, int nbounds,
				 void (*row)(dbc_host *, void *, const dbc_sync_value *),
				 void *arg);

	/* Makes all queries of the call see one state of the database. */
	void (*hold)(dbc_host *host);

	/* Fails unless the caller may read a file of the server. */
	void (*check_path)(dbc_host *host, const char *path);
} dbc_sync_host;

#endif /* DBC_SYNC_HOST_H */
