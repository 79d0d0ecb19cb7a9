/*
 * host.h
 *	  A database engine for unit tests: it answers what it was told to answer,
 *	  writes down what it was asked, and fails when it was told to.
 *
 * A test makes a fake, gives it answers by the name of the embedded SQL, calls
 * a SQL function by its name, and looks at rows, error and log.  Everything is
 * kept until fake_free(); fake_call() starts with an empty log and no rows.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

/* what cmocka.h needs before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/archive/host.h"
#include "common/backup/host.h"
#include "common/audit/host.h"
#include "common/batch/host.h"
#include "common/ops/host.h"
#include "common/sync/host.h"
#include "common/seed/host.h"
#include "common/check/check.h"
#include "common/core/seam.h"
#include "common/format/host.h"
#include "common/advise/host.h"
#include "common/health/host.h"
#include "common/ledger/host.h"
#include "common/lint/lint.h"
#include "common/migrate/host.h"
#include "common/monitor/host.h"
#include "common/row/host.h"
#include "pg_ext/core/traits.h"

#define FAKE_MAX 4096 /* rows, log entries, answers */

/* One call of the core to its host. */
typedef struct fake_entry
{
	const char *what;	   /* name of the SQL, its text, or of the call */
	const char *table;	   /* of verify */
	const char *phase;	   /* of progress */
	const dbc_value *args; /* of a query */
	bool read_only;		   /* inside a guard that forbids writing */
	dbc_guard_mode mode;   /* of a guard */
} fake_entry;

/* An answer to a query: rows, or a failure when sqlstate is not NULL. */
typedef struct fake_reply
{
	const char *what;
	const char *arg; /* first argument it is for; NULL: any */
	const char *sqlstate;
	const char *message;
	dbc_rows rows;
} fake_reply;

typedef enum fake_failure_kind
{
	FAKE_ERROR, /* a guard catches it */
	FAKE_CANCEL /* passes through guards, as a cancel does */
} fake_failure_kind;

/* Rows a condition is true for; see repair.h. */
typedef struct fake_rows_found
{
	const char *condition;
	int64_t rows; /* when a call begins */
	int64_t now;
	int64_t kept;
	bool stubborn;	  /* changing them changes nothing */
	const char *then; /* condition that is true for more when they change */
	int64_t more;
} fake_rows_found;

typedef struct fake_pad fake_pad;

typedef struct fake_host
{
	dbc_host base; /* must be first */
	dbc_seam seam;

	/* what rooms ask of it; a test may leave calls out */
	dbc_format_host format;
	dbc_ledger_host ledger;
	dbc_sample_host sample;
	dbc_row_host row;
	dbc_check_host check;
	dbc_lint_host lint;
	dbc_batch_host batch;
	dbc_migrate_host migrate;
	dbc_health_host health;
	dbc_monitor_host monitor;

	/* for tests to set */
	dbc_facts facts;
	const dbc_check_result *results; /* of every table */
	int nresults;
	const char *missing; /* table that is not there, or NULL */
	const char *broken;	 /* table or sequence that fails to be read, or NULL */
	const dbc_sample_statement_stats *seen; /* statements */
	int nseen;
	dbc_monitor_watch_status watched;
	dbc_monitor_slow_log slow;
	double slow_ms; /* what limit_slow() was called with */
	bool slow_plans;
	const dbc_monitor_error_count *errors;
	int nerrors;
	const dbc_lint_analysis *analyses; /* what read_script() gives */
	dbc_page_sample pages;
	int64_t last_value;						   /* of every sequence */
	bool is_used;							   /* which has handed it out */
	const char *unread;						   /* or why it cannot be read */
	const dbc_check_row_violation *violations; /* of any row */
	int nviolations;
	const dbc_file *files;
	int nfiles;
	int fail_at; /* this host call, from 1, fails; 0: none */
	fake_failure_kind fail_as;
	int fail_alloc_at; /* this allocation runs out of memory; 0: none */
	int64_t runner;	   /* process that does long work, or 0 */
	int locked;		   /* so many runs of a "locked" statement get no lock */

	/* for tests to read, after fake_call() */
	const dbc_value *rows[FAKE_MAX];
	int nrows;
	dbc_error error;
	fake_entry log[FAKE_MAX];
	int ncalls;
	int nallocs;
	int nnotices;
	dbc_check_task task;		/* the last one */
	dbc_outside_script outside; /* the last script run outside a transaction */

	fake_rows_found found[16];
	int nfound;

	/* its own */
	fake_reply replies[FAKE_MAX];
	int nreplies;
	dbc_sql sql[FAKE_MAX];
	const char *settings[FAKE_MAX][2];
	int nsettings;
	void *blocks;
	fake_pad *pad;
	int read_only; /* guards that forbid writing, one in another */
} fake_host;

/* A host of an engine (DBC_ON_*) that has no tables and no objects: it
 * answers the questions every function asks. */
extern fake_host *fake_new(int engine);
extern void fake_free(fake_host *fake);

/* Plans of queries. */
extern const dbc_advise_host fake_advise;
extern const dbc_audit_host fake_audit;
extern const dbc_archive_host fake_archive;
extern const dbc_backup_host fake_backup;
extern const dbc_ops_host fake_ops;
extern const dbc_sync_host fake_sync;
extern const dbc_seed_host fake_seed;

/* Answers a query: what is the name of embedded SQL, or the text of other SQL;
 * nrows * ncols dbc_values follow.  Takes the place of an earlier answer. */
extern void fake_rows(fake_host *fake, const char *what, int ncols, int nrows,
					  ...);

/* The same with the rows in an array, which must outlive the fake, and for
 * queries whose first argument is arg only (NULL: any other). */
extern void fake_table(fake_host *fake, const char *what, const char *arg,
					   int ncols, int nrows, const dbc_value *cells);

/* How many rows a query that has an answer changes. */
extern void fake_affects(fake_host *fake, const char *what, int64_t affected);

/* Makes a query fail. */
extern void fake_fails(fake_host *fake, const char *what, const char *sqlstate,
					   const char *message);

/* The engine's own configuration sets a setting of dbcare. */
extern void fake_set(fake_host *fake, const char *name, const char *value);

/* Calls core code, which may fail.  Returns whether it succeeded, else error is
 * set. */
extern bool fake_try(fake_host *fake, void (*fn)(dbc_host *, void *),
					 void *arg);

/* Calls a SQL function likewise, with nargs dbc_values, the others null.  Rows
 * that do not fit the declaration of the function fail the test. */
extern bool fake_call(fake_host *fake, const char *function, int nargs, ...);

/* An emitted value; its text. */
extern const dbc_value *fake_value(const fake_host *fake, int row, int col);
extern const char *fake_text(const fake_host *fake, int row, int col);

/* How often the core asked for something; its last such call. */
extern int fake_count(const fake_host *fake, const char *what);
extern const fake_entry *fake_last(const fake_host *fake, const char *what);

/* Whether the call failed with an SQLSTATE and a message with a part. */
extern void fake_expect_error(const fake_host *fake, const char *sqlstate,
							  const char *part);

#endif /* FAKE_HOST_H */
