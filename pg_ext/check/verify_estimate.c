/*
 * verify_estimate.c
 *	  How many rows tables have, without reading them.
 */
#include "pg_ext/check/verify.h"

#include "access/table.h"
#include "access/xlog.h"
#include "optimizer/plancat.h"

bool
dbcpg_check_is_away(Relation table)
{
	return table->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT &&
		   RecoveryInProgress();
}

int64_t
dbcpg_check_estimate_rows(const List *tables)
{
	double sum = 0;
	ListCell *cell;

	foreach (cell, tables)
	{
		Relation table = table_open(lfirst_oid(cell), AccessShareLock);
		BlockNumber pages;
		double rows = 0;
		double visible;

		if (!dbcpg_check_is_away(table))
			estimate_rel_size(table, NULL, &pages, &rows, &visible);
		table_close(table, AccessShareLock);
		sum += rows;
	}
	return (int64_t) Min(sum, (double) (PG_INT64_MAX / 2));
}
