/*
 * inspect.h
 *	  Testing whether a table would accept a row.
 */
#ifndef DBCW_CHECK_INSPECT_H
#define DBCW_CHECK_INSPECT_H

#include "common/check/host.h"

extern const dbc_check_row_violation *
dbcw_check_inspect_row(dbc_host *host, const dbc_relation *table,
					   const char *row, int *nviolations);

#endif /* DBCW_CHECK_INSPECT_H */
