/*
 * step.h
 *	  Rows of one table: shared declarations of the files of the room.
 */
#ifndef DBCPG_ROW_STEP_H
#define DBCPG_ROW_STEP_H

#include "pg_ext/core/host.h"

#include "executor/spi.h"
#include "utils/reltrigger.h"

#include "common/core/text.h"
#include "common/row/host.h"

#define DBCPG_BATCH 200

/* One call of repair(): a step, and SQL to read its table, in the encoding of
 * the database. */
typedef struct dbcpg_row_step
{
	dbcpg_host *host;
	dbc_row_step *step;
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
	bool tests_keys;	 /* foreign keys of updated rows are tested */
	MemoryContext call;	 /* until the end of the call */
	MemoryContext batch; /* reset after each batch */
	SPIPlanPtr plan;	 /* the statement on the table, or NULL */
	/* where triggers fire: ctids of the restored rows, in their order */
	ItemPointerData *places;
	uint64 nplaces;
} dbcpg_row_step;

typedef struct dbcpg_row_caller
{
	dbcpg_host *host;
	Oid caller;
	int security;
	int level;
} dbcpg_row_caller;

/* A planned statement that changes rows. */
typedef struct dbcpg_row_change
{
	PlannedStmt *plan;
	const char *text;
	const Oid *types; /* of its parameters */
	int ntypes;
	Oid role; /* to run it as */
} dbcpg_row_change;

/* The rows it returned. */
typedef struct dbcpg_row_changed
{
	Datum ids[DBCPG_BATCH];		 /* numbers in dbcare.quarantine */
	Datum texts[2][DBCPG_BATCH]; /* their ctids and their JSON */
	int count;
} dbcpg_row_changed;

/* Plans and runs a statement that changes rows of the table without firing
 * triggers; its RETURNING list has the fields of dbcpg_row_changed.
 * Returns the number of rows. */
extern dbcpg_row_change dbcpg_row_prepare_change(dbcpg_row_step *r,
												 const char *text,
												 const Oid *types, int ntypes);
extern uint64 dbcpg_row_run_change(dbcpg_row_step *r,
								   const dbcpg_row_change *change,
								   const Datum *values,
								   dbcpg_row_changed *left);
extern _Noreturn void dbcpg_row_refuse_change(const dbcpg_row_step *r);

/* ---- row/restore.c ---- */

/* Restores the rows of a step; returns their number.  checks_keys is for steps
 * between the two calls below: their foreign keys are tested by the second. */
extern int64_t dbcpg_row_restore(dbcpg_row_step *r, bool checks_keys);
extern void dbcpg_row_begin_tests(void);
extern void dbcpg_row_end_tests(void);

/* The same as the second call, as a role: runs triggers of users, too. */
extern void dbcpg_row_run_triggers(dbcpg_row_step *r, Oid role);

/* ---- row/proof.c ---- */

/* Makes an array of ctids. */
extern Datum dbcpg_row_make_places(dbcpg_row_step *r, ItemPointerData *places,
								   int count);

/* Prepares the statement that reads rows back; sets the role to run it as. */
extern SPIPlanPtr dbcpg_row_prepare_proof(dbcpg_row_step *r, Oid *role);

/* Fails unless a restored batch of rows has its old values and all its index
 * entries. */
extern void dbcpg_row_prove(dbcpg_row_step *r, SPIPlanPtr proof, Oid role,
							SPITupleTable *rows, ItemPointerData *places);

/* Fails if triggers that have fired since have changed a restored row. */
extern void dbcpg_row_prove_again(dbcpg_row_step *r);

/* ---- row/change.c ---- */

/* Whether a trigger is one of dbcare that logs changes. */
extern bool dbcpg_row_is_log(const Trigger *trigger);

/* Fetches the next batch of rows, as role if it is valid; NULL after the last
 * batch.  Free with SPI_freetuptable(). */
extern SPITupleTable *dbcpg_row_next_batch(dbcpg_row_step *r, Portal portal,
										   Oid role);

/* Opens a query over the rows that a step has saved; the parameters $1 and $2
 * of text are the number of the step and of the repair. */
extern Portal dbcpg_row_open_saved_rows(dbcpg_row_step *r, const char *text);

/* Make an array in r->batch, of values or of a column of a batch. */
extern Datum dbcpg_row_make_array(dbcpg_row_step *r, Datum *values, bool *nulls,
								  int count, Oid type);

extern Datum dbcpg_row_make_column_array(dbcpg_row_step *r, SPITupleTable *rows,
										 int column, Oid type);

/* Prepares a statement on the table; sets the role to run it as. */
extern SPIPlanPtr dbcpg_row_prepare(dbcpg_row_step *r, const char *text,
									int nargs, Oid *types, Oid *role);

/* Switches to a role and the search path of the table to run code of the
 * table's owner, and back.  The end of a subtransaction switches back, too. */
extern void dbcpg_row_begin_owner(dbcpg_row_step *r, Oid role,
								  dbcpg_row_caller *was);

extern void dbcpg_row_end_owner(const dbcpg_row_caller *was);

#endif /* DBCPG_ROW_STEP_H */
