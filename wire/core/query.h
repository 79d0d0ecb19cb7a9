/*
 * query.h
 *	  dbcare's own SQL, and values of results.
 */
#ifndef DBCW_CORE_QUERY_H
#define DBCW_CORE_QUERY_H

#include "wire/core/host.h"

extern const dbc_rows *dbcw_query(dbc_host *host, const dbc_sql *sql,
								  const dbc_value *args, int nargs);

/* Copies a result into the arena. */
extern dbc_rows *dbcw_copy_rows(dbcw_host *h, PGresult *result);

/* ---- core/value.c ---- */

/* The type that a value is sent as, and its text; null for a null. */
extern Oid dbcw_type_of(const dbc_value *value);
extern const char *dbcw_text_of(dbcw_host *h, const dbc_value *value);

/* The text of a value of a result, empty for a null; fails if the result has no
 * such value. */
extern const char *dbcw_cell(dbcw_host *h, const PGresult *result, int row,
							 int column);

/* A value of a result. */
extern dbc_value dbcw_value_of(dbcw_host *h, const PGresult *result, int row,
							   int column);

#endif /* DBCW_CORE_QUERY_H */
