/*
 * host.h
 *	  The host of a call in PostgreSQL.
 *
 * Every SQL call has its own host, so calls may nest: a migration may read
 * dbmigrate_status().
 */
#ifndef DBCPG_CORE_HOST_H
#define DBCPG_CORE_HOST_H

#include "pg_ext/core/compat.h"

#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "common/core/host.h"

/* Configuration parameters that our own SQL must not depend on. */
#define DBCPG_NPINNED 17

/* A lock that a process waits for. */
typedef struct dbcpg_lock_wait
{
	bool waiting;	   /* now, or until a moment ago */
	bool over;		   /* it was a moment ago */
	TimestampTz since; /* it was first seen to wait */
	LOCKMODE mode;
	LOCKTAG tag;
} dbcpg_lock_wait;

typedef struct dbcpg_host
{
	dbc_host base; /* first: a dbc_host * is a dbcpg_host * */

	MemoryContext call;	   /* until the call ends */
	MemoryContext arena;   /* the same, or until the end of dbcpg_scoped() */
	MemoryContext scratch; /* until the end of a conversion */
	MemoryContext failure_context;

	int guc_level;				/* what is set above it ends with the call */
	int64_t lock_timeout_ms;	/* of this call; -1: the session's own */
	bool holds_lock;			/* that of a procedure; see core/runners.c */
	const char *invalid_before; /* indexes, before work of no migration */
	dbcpg_lock_wait wait;		/* the last one of a script of a procedure */

	struct dbcpg_plan *plans;	  /* prepared statements of this call */
	bool read_only;				  /* nothing that runs now may write */
	char *callers[DBCPG_NPINNED]; /* values of pinned parameters the caller
								   * had, NULL where they are the same */

	Tuplestorestate *rows; /* what was emitted: rows, ... */
	TupleDesc row_type;
	int *column_of;	  /* per attribute of row_type, -1 for none */
	dbc_value result; /* ... or one value */

	/* where a script has failed, and the last failure a guard has stopped */
	int failed_statement;
	int failed_line;
	ErrorData *failure;
	const char *failure_message;
	bool raised_by_code; /* the last error, of a user's; see core/guard.c */
	bool blames_code;	 /* the next error of ours is about such code */
	bool evaluates;		 /* expressions, or a plan, without SPI in between */

	/* what a room does then, at the end of a call also after an error */
	void (*at_script_end)(struct dbcpg_host *host);
	void (*at_call_end)(struct dbcpg_host *host);
	void *hook_state; /* of that room */
	bool shows_progress;
} dbcpg_host;

/* The host of the adapter behind the one the core knows. */
static inline dbcpg_host *
dbcpg_of(dbc_host *host)
{
	return (dbcpg_host *) host;
}

/* Makes *host ready to run fn; its memory is a child of the current one. */
extern void dbcpg_open(dbcpg_host *host, const dbc_function *fn);

/* ---- core/value.c ---- */

/* Text of PostgreSQL as text of the core (UTF-8), and back; may be the same
 * pointer, else memory of the arena. */
extern const char *dbcpg_to_core(dbcpg_host *host, const char *text);
extern const char *dbcpg_from_core(const char *text);

/* A value of PostgreSQL, in the arena. */
extern dbc_value dbcpg_value_of(dbcpg_host *host, Datum datum, bool isnull,
								Oid type);

/* A value of the core as a Datum of a type, in the current context. */
extern Datum dbcpg_datum_of(const dbc_value *value, Oid type, bool *isnull);

#endif /* DBCPG_CORE_HOST_H */
