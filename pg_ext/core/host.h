/*
 * host.h
 *	  The host of a call in PostgreSQL.
 *
 * Every SQL call has a separate host, so calls can be nested: a migration can
 * query dbmigrate_status().
 */
#ifndef DBCPG_CORE_HOST_H
#define DBCPG_CORE_HOST_H

#include "pg_ext/core/compat.h"

#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "common/core/host.h"

/* The number of configuration parameters that dbcare's SQL must not depend
 * on. */
#define DBCPG_NPINNED 17

/* The places of search_path and jit among them. */
#define DBCPG_PATH	  0
#define DBCPG_JIT	  1
#define DBCPG_STRINGS 2
#define DBCPG_NULLS	  3

/* A lock that a process waits for. */
typedef struct dbcpg_lock_wait
{
	bool waiting;	   /* waits now, or did at the last check */
	bool over;		   /* the wait had ended at the last check */
	TimestampTz since; /* first check that found the wait */
	LOCKMODE mode;
	LOCKTAG tag;
} dbcpg_lock_wait;

/* A failure that was caught: all that PostgreSQL knows of it. */
typedef struct dbcpg_kept_failure
{
	MemoryContext context;
	ErrorData *data;
	const char *message; /* as the core knows it */
	unsigned number;	 /* see dbc_error */
} dbcpg_kept_failure;

/* What handles a failure may catch so many others before it raises the first one again. */
#define DBCPG_KEPT_FAILURES 4

typedef struct dbcpg_host
{
	dbc_host base; /* must be first */

	MemoryContext call;	   /* until the call ends */
	MemoryContext arena;   /* the same, or the context of dbcpg_scoped() */
	MemoryContext scratch; /* until the end of a conversion */

	int guc_level; /* parameters set above it are restored when the call ends */
	const char *actor; /* dbcare.actor from the end of the call to that of the
						  transaction; NULL: unchanged */
	int locks;		   /* of a procedure; see core/runners.c */
	const char *invalid_before; /* indexes that were invalid before work outside
								   a migration */
	dbcpg_lock_wait wait;		/* last one of a script of a procedure */

	struct dbcpg_plan *plans;	  /* prepared statements of this call */
	bool read_only;				  /* statements must not write */
	char *callers[DBCPG_NPINNED]; /* the caller's values of pinned parameters,
									 NULL where they are equal */

	Tuplestorestate *rows; /* results: rows, ... */
	TupleDesc row_type;
	int *column_of; /* per attribute of row_type: the column of the function, or
					   -1 */
	dbc_value result; /* ... or a single value */

	/* position of the error in a script, and the last error caught by a
	 * guard */
	int failed_statement;
	int failed_line;
	int failed_column;
	ErrorData *failure;
	dbcpg_kept_failure failures[DBCPG_KEPT_FAILURES];
	unsigned nfailures;		  /* so far */
	bool raised_by_code;	  /* the last error was raised by user code; see
								 core/guard.c */
	bool next_raised_by_code; /* dbcare's next error is caused by user code */
	bool evaluates; /* evaluates user expressions or plans without SPI */

	/* called by a room at the end of a script, even after an error */
	void (*at_script_end)(struct dbcpg_host *host);
	void (*at_call_end)(struct dbcpg_host *host);
	void *hook_state; /* for that room */
	void *row_tables; /* see check/row_table.c */
	bool shows_progress;
} dbcpg_host;

/* The host that contains the core's host. */
static inline dbcpg_host *
dbcpg_of(dbc_host *host)
{
	return (dbcpg_host *) host;
}

/* Makes *host ready to run fn; its memory is a child of the current one. */
extern void dbcpg_open(dbcpg_host *host, const dbc_function *fn);

/* Whether assertions are on: a test has started the server. */
extern bool dbcpg_asserts;

/* ---- core/value.c ---- */

/* Converts text to the core's encoding (UTF-8), and back; returns the same
 * pointer or arena memory. */
extern const char *dbcpg_to_core(dbcpg_host *host, const char *text);
extern const char *dbcpg_from_core(const char *text);

/* The text of a number of a jsonb document. */
extern const char *dbcpg_number_text(dbc_host *base, const char *native);

/* Converts a Datum to a value in the arena. */
extern dbc_value dbcpg_value_of(dbcpg_host *host, Datum datum, bool isnull,
								Oid type);

/* Converts a value to a Datum of a type, in the current memory context. */
extern Datum dbcpg_datum_of(const dbc_value *value, Oid type, bool *isnull);

#endif /* DBCPG_CORE_HOST_H */
