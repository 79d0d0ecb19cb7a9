/*
 * repair.h
 *	  Shared declarations of the files about repairs.
 */
#ifndef DBCPG_CHECK_REPAIR_H
#define DBCPG_CHECK_REPAIR_H

#include "pg_ext/core/host.h"

#include "executor/spi.h"

#include "common/check/repair.h"

/* ---- check/repair.c ---- */

extern int64_t dbcpg_check_repair_step(dbc_host *base, dbc_repair_action act,
									   dbc_check_repair_step *step);

#define DBCPG_BATCH 200

/* One call of repair(): a step, and SQL to read its table, in the encoding of
 * the database. */
typedef struct dbcpg_check_step_repair
{
	dbcpg_host *host;
	dbc_check_repair_step *step;
	const char *shown;
	Oid relation;
	const char *key;	  /* expression for the key of a row as JSON */
	const char *row;	  /* expression for a row as JSON */
	const char *ordering; /* for ORDER BY */
	/* column definitions for the JSON of a row, all text */
	const char *columns;
	const char
		*key_record;	 /* column definitions for the key, with their types */
	const char *located; /* condition that finds a row by key or by ctid */
	bool keyless;		 /* rows are found by ctid */
	MemoryContext call;	 /* until the end of the call */
	MemoryContext batch; /* reset after each batch */
	SPIPlanPtr plan;	 /* the statement on the table, or NULL */
} dbcpg_check_step_repair;

typedef struct dbcpg_check_caller_identity
{
	dbcpg_host *host;
	Oid caller;
	int security;
	int level;
} dbcpg_check_caller_identity;

/* A planned statement that changes rows. */
typedef struct dbcpg_check_row_change
{
	PlannedStmt *plan;
	const char *text;
	const Oid *types; /* of its parameters */
	int ntypes;
	Oid role; /* to run it as */
} dbcpg_check_row_change;

/* The rows it returned. */
typedef struct dbcpg_check_changed_rows
{
	Datum ids[DBCPG_BATCH];		 /* numbers in dbcare.quarantine */
	Datum texts[2][DBCPG_BATCH]; /* their ctids and their JSON */
	int count;
} dbcpg_check_changed_rows;

/* Plans and runs a statement that changes rows of the table without firing
 * triggers; its RETURNING list has the fields of dbcpg_check_changed_rows.
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

/* Restores the rows of a step; returns their number. */
extern int64_t dbcpg_check_restore_rows(dbcpg_check_step_repair *r);

/* ---- check/change.c ---- */

/* Fetches the next batch of rows, as role if it is valid; NULL after the last
 * batch.  Free with SPI_freetuptable(). */
extern SPITupleTable *dbcpg_check_next_batch(dbcpg_check_step_repair *r,
											 Portal portal, Oid role);

/* Opens a query over the rows that a step has saved; the parameters $1 and $2
 * of text are the number of the step and of the repair. */
extern Portal dbcpg_check_open_saved_rows(dbcpg_check_step_repair *r,
										  const char *text);

/* Make an array in r->batch, of values or of a column of a batch. */
extern Datum dbcpg_check_make_array(dbcpg_check_step_repair *r, Datum *values,
									bool *nulls, int count, Oid type);

extern Datum dbcpg_check_make_column_array(dbcpg_check_step_repair *r,
										   SPITupleTable *rows, int column,
										   Oid type);

/* Prepares a statement on the table; sets the role to run it as. */
extern SPIPlanPtr dbcpg_check_prepare_repair(dbcpg_check_step_repair *r,
											 const char *text, int nargs,
											 Oid *types, Oid *role);

/* Switches to a role and the search path of the table to run code of the
 * table's owner, and back.  The end of a subtransaction switches back, too. */
extern void dbcpg_check_begin_owner(dbcpg_check_step_repair *r, Oid role,
									dbcpg_check_caller_identity *was);

extern void dbcpg_check_end_owner(const dbcpg_check_caller_identity *was);

#endif /* DBCPG_CHECK_REPAIR_H */
