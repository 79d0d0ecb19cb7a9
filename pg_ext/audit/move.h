/*
 * move.h
 *	  Updates that move a row to another partition.
 */
#ifndef DBCPG_AUDIT_MOVE_H
#define DBCPG_AUDIT_MOVE_H

#include "pg_ext/audit/log.h"

/* A value of a moved row. */
typedef struct dbcpg_audit_cell
{
	const char *name;	/* of the column */
	const char *member; /* the same as a JSON string */
	dbcpg_audit_treatment treatment;
	const char *json; /* the value itself */
} dbcpg_audit_cell;

/* The logged values of a row. */
typedef struct dbcpg_audit_cells
{
	dbcpg_audit_cell *list;
	int count;
} dbcpg_audit_cells;

/* Appends a value, given as JSON, as its column is logged. */
extern void dbcpg_audit_append_treated(StringInfo json,
									   const dbcpg_audited *table,
									   const dbcpg_audit_cell *cell);

/* Keeps a row that was deleted from a partition, until the next change: if that
 * inserts into another partition, both are one update. */
extern void dbcpg_audit_begin_move(const dbcpg_audit_log *log,
								   dbcpg_audited *table,
								   const StringInfoData *key,
								   const dbcpg_audit_cells *cells);

/* Whether a row that was moved is to be inserted into a partition of the same
 * table. */
extern bool dbcpg_audit_is_moving(const dbcpg_audited *table);

/* Logs the update; key: of the row in its new partition. */
extern void dbcpg_audit_end_move(dbcpg_audit_log *log,
								 const StringInfoData *key,
								 const dbcpg_audit_cells *cells);

/* Logs the kept row as deleted, if there is one. */
extern void dbcpg_audit_cancel_move(void);

#endif /* DBCPG_AUDIT_MOVE_H */
