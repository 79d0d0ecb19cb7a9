/*
 * host.h
 *	  The host of a call over a connection.
 *
 * The session belongs to dbcare alone, so it has the settings that dbcare's SQL
 * needs, and those of the user only while a script runs; see core/session.c.
 *
 * Raising an error jumps to the nearest dbcw_try().  Jumps skip frames of
 * dbcare only.  What must be released on both roads is kept in the connection.
 */
#ifndef DBCW_CORE_HOST_H
#define DBCW_CORE_HOST_H

#include <setjmp.h>
#include <signal.h>

#include "common/core/host.h"
#include "common/core/recent.h"
#include "wire/core/libpq.h"

#define DBCW_OUT_OF_MEMORY "53200"

/* SQLSTATE of a connection that was lost. */
#define DBCW_CONNECTION_LOST "08006"

/* The number of these parameters; see core/session.c. */
#define DBCW_NPINNED 17

/* The place of search_path among them. */
#define DBCW_PATH 0

typedef struct dbcw_jump_target
{
	jmp_buf place;
	struct dbcw_jump_target *outer;
} dbcw_jump_target;

/* The connection of a process; one call at a time uses it. */
typedef struct dbcw_connection
{
	PGconn *pg;
	PGresult *result; /* the last one; freed by the next statement */
	char *user;		  /* session user */
	char *role;		  /* current role */
	char *path;		  /* search_path of the user */
	char *words;	  /* see quote() in core/host.c; NULL: not read yet */
	int lock_timeout; /* of the user, in milliseconds */
	bool has_shards;  /* Citus is loaded */
	bool may_write;	  /* has the rights of the owner of schema dbcare */
	bool opened;	  /* what is above is known */
	volatile sig_atomic_t cancelled; /* the call that runs is to end */
	bool pinned;					 /* search_path is that of dbcare's SQL */
	bool differs[DBCW_NPINNED]; /* the user's value of a parameter does, from
								   the one that dbcare's SQL needs */
	dbc_recent recent[DBC_MOST_RECENT];
	struct dbcw_prepared *prepared;
	int nprepared;
	/* for messages of the server and of dbcare; or NULL */
	void (*notice)(void *arg, const char *severity, const char *message);
	void *notice_arg;
	/* the phase of the running call, for another thread; or NULL */
	void (*progress)(void *arg, const char *phase, long long done,
					 long long total);
} dbcw_connection;

/* One result row. */
typedef struct dbcw_result_row
{
	struct dbcw_result_row *next;
	dbc_value values[];
} dbcw_result_row;

/* A statement that is sent together with the next one. */
typedef struct dbcw_pending
{
	struct dbcw_pending *next;
	const char *text;
	const char *prepared; /* its name; NULL: it is not prepared */
	const dbc_value *args;
	int nargs;
	int savepoint; /* that the statement makes, or 0 */
} dbcw_pending;

typedef struct dbcw_host
{
	dbc_host base; /* must be first */
	dbcw_connection *connection;
	dbcw_jump_target *pad; /* target of the next error */
	dbc_error error;	   /* current or last error */

	struct dbcw_arena_block *blocks; /* newest first */
	size_t room;					 /* bytes left in the newest block */

	dbcw_pending *pending; /* first one; in order */
	dbcw_pending *last_pending;
	int savepoints;		   /* number of the last one */
	bool within;		   /* a transaction of the user */
	bool in_transaction;   /* it was begun, or its BEGIN is pending */
	bool read_only;		   /* in a guard that is */
	int guards;			   /* that are open */
	bool holds_lock;	   /* of runners, for the session */
	bool passes;		   /* the last error ends the call, despite guards */
	const char **settings; /* values of dbcare.<name>, by place */

	int sent_before;			/* characters before the text of a script */
	const char *invalid_before; /* see core/outside.c */
	const dbc_rows *texts;		/* read ahead; see core/query.c */
	int next_text;				/* the row that is asked for next */
	const char *statement; /* name of one of dbops_*(), while it is prepared */
	const char *programs;  /* directory of PostgreSQL's; NULL: unknown */
	struct dbcw_tracking *tracking; /* see migrate/track.c */
	dbc_value result;				/* of a function that returns one value */
	dbcw_result_row *rows;			/* or the rows */
	dbcw_result_row *last_row;
} dbcw_host;

/* The host that contains the core's host. */
static inline dbcw_host *
dbcw_of(dbc_host *host)
{
	return (dbcw_host *) host;
}

extern void dbcw_open(dbcw_host *h, dbcw_connection *connection,
					  const dbc_function *fn);

/* Fails if the running function needs the extension. */
extern void dbcw_refuse_without_extension(dbc_host *host);

/* ---- core/memory.c ---- */

extern void *dbcw_alloc(dbc_host *host, size_t size);

/* Adds older blocks of memory. */
extern void dbcw_keep_memory(dbcw_host *h, struct dbcw_arena_block *blocks);

/* Frees all memory. */
extern void dbcw_close(dbcw_host *h);

/* ---- core/error.c ---- */

/* Runs fn(&h->base, arg) and catches errors.  Returns false after an error,
 * which is in h->error. */
extern bool dbcw_try(dbcw_host *h, void (*fn)(dbc_host *, void *), void *arg);

extern void dbcw_fail(dbc_host *host, const dbc_error *error);
extern _Noreturn void dbcw_fail_memory(dbcw_host *h);
extern _Noreturn void dbcw_fail_cancelled(dbcw_host *h);

/* Raises the last error again. */
extern _Noreturn void dbcw_rethrow(dbcw_host *h);

/* Describes the error of the connection's last result, and raises it. */
extern void dbcw_describe_result(dbcw_host *h, dbc_error *error);
extern _Noreturn void dbcw_fail_result(dbcw_host *h);

/* ---- core/guard.c ---- */

extern bool dbcw_guard(dbc_host *host, void (*fn)(dbc_host *, void *),
					   void *arg, dbc_guard_mode mode, bool read_only,
					   dbc_error *error);
extern void dbcw_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
						 void (*failed)(dbc_host *, void *, const char *),
						 void *arg);
extern bool dbcw_write(dbc_host *host, void (*fn)(dbc_host *, void *),
					   void *arg);

#endif /* DBCW_CORE_HOST_H */
