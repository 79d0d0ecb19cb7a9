/*
 * repair.h
 *	  Shared declarations of the files about repairs.
 */
#ifndef DBCPG_CHECK_REPAIR_H
#define DBCPG_CHECK_REPAIR_H

#include "pg_ext/core/pg_ext.h"

#include "common/check/repair.h"

/* ---- check/repair.c ---- */

extern int64_t dbcpg_check_repair_step(dbc_host *base, dbc_repair_action act,
									   dbc_check_repair_step *step);

/* Rows of one batch. */
#define DBCPG_BATCH 200

/* One call of repair(): a step, and how to read its table.  Texts have the
 * encoding of the database. */
typedef struct dbcpg_check_step_repair
{
	dbcpg_host *host;
	dbc_check_repair_step *step;
	const char *shown;
	Oid relation;
	const char *key;		/* JSON of a key */
	const char *row;		/* JSON of a row */
	const char *ordering;	/* of rows */
	const char *columns;	/* of the JSON of a row, all of them text */
	const char *key_record; /* those of the key with their types */
	const char *located;	/* finds a row by its key or its place */
	bool keyless;			/* it does so by its place */
	MemoryContext call;		/* as long as it takes */
	MemoryContext batch;	/* reset after each */
	SPIPlanPtr plan;		/* the statement that names the table, or NULL */
} dbcpg_check_step_repair;

/* The user of the session, and its GUC level. */
typedef struct dbcpg_check_caller_identity
{
	dbcpg_host *host;
	Oid caller;
	int security;
	int level;
} dbcpg_check_caller_identity;

/* Until the end, code of the table's owner can run: as role, in the search
 * path of the table.  The end of a subtransaction undoes it, too. */
extern void dbcpg_check_begin_owner(dbcpg_check_step_repair *r, Oid role,
									dbcpg_check_caller_identity *was);
extern void dbcpg_check_end_owner(const dbcpg_check_caller_identity *was);

/* Prepares a statement that names the table; sets the role to run it as. */
extern SPIPlanPtr dbcpg_check_prepare_repair(dbcpg_check_step_repair *r,
											 const char *text, int nargs,
											 Oid *types, Oid *role);

/* A planned statement that changes rows. */
typedef struct dbcpg_check_row_change
{
	PlannedStmt *plan;
	const char *text;
	const Oid *types; /* of its parameters */
	int ntypes;
	Oid role; /* to run it as */
} dbcpg_check_row_change;

/* The rows it has changed. */
typedef struct dbcpg_check_changed_rows
{
	Datum ids[DBCPG_BATCH];		 /* numbers in quarantine */
	Datum texts[2][DBCPG_BATCH]; /* their places and their JSON */
	int count;
} dbcpg_check_changed_rows;

/* Plans a statement that changes rows of the table, and runs it; its RETURNING
 * list has the fields of dbcpg_check_changed_rows, and no trigger fires.
 * Returns the number of rows. */
extern dbcpg_check_row_change
dbcpg_check_prepare_change(dbcpg_check_step_repair *r, const char *text,
						   const Oid *types, int ntypes);
extern uint64 dbcpg_check_run_change(dbcpg_check_step_repair *r,
									 const dbcpg_check_row_change *change,
									 const Datum *values,
									 dbcpg_check_changed_rows *left);
extern void dbcpg_check_refuse_change(const dbcpg_check_step_repair *r)
	pg_attribute_noreturn();

/* Opens a query over the rows a step has saved; text has its number and that
 * of the repair as $1 and $2. */
extern Portal dbcpg_check_open_saved_rows(dbcpg_check_step_repair *r,
										  const char *text);

/* Fetches the next batch of rows, as role if that is one; NULL after the last
 * one.  To be freed with SPI_freetuptable(). */
extern SPITupleTable *dbcpg_check_next_batch(dbcpg_check_step_repair *r,
											 Portal portal, Oid role);

/* Values as an array, in r->batch; and a column of a batch. */
extern Datum dbcpg_check_make_array(dbcpg_check_step_repair *r, Datum *values,
									bool *nulls, int count, Oid type);
extern Datum dbcpg_check_make_column_array(dbcpg_check_step_repair *r,
										   SPITupleTable *rows, int column,
										   Oid type);

/* Restores the rows of a step; returns their number. */
extern int64_t dbcpg_check_restore_rows(dbcpg_check_step_repair *r);

#endif /* DBCPG_CHECK_REPAIR_H */
