/*
 * host.h
 *	  The seam: all that the core may ask of a database engine.
 *
 * pg_ext/ fills this struct with SPI, sqlite_ext/ with prepared statements,
 * test/unit/ with an in-memory fake.
 *
 * Every call either succeeds or does not return: PostgreSQL's ereport flies
 * through core frames, SQLite's adapter jumps to the landing pad of its entry
 * point.  Core code therefore holds no resource across a call other than
 * arena memory, which the host releases as a whole when the SQL call ends.
 *
 * Core code uses the dbc_*() wrappers at the end, never the pointers.
 */
#ifndef DBC_CORE_HOST_H
#define DBC_CORE_HOST_H

#include "common/core/dbc.h"
#include "common/core/reader.h"

/* What a statement of a script is, as far as a runner must know. */
typedef enum dbc_statement_kind
{
	DBC_STATEMENT_PLAIN,
	DBC_STATEMENT_BEGIN,	   /* opens a transaction block */
	DBC_STATEMENT_COMMIT,	   /* commits one */
	DBC_STATEMENT_TRANSACTION, /* any other transaction control */
	DBC_STATEMENT_SETTING,	   /* SET, RESET, PRAGMA */
	DBC_STATEMENT_OUTSIDE,	   /* cannot run inside a transaction block */
	DBC_STATEMENT_CLIENT	   /* needs a client: COPY FROM STDIN */
} dbc_statement_kind;

typedef struct dbc_statement
{
	const char *text; /* from its first token, without the ';' */
	int line;		  /* of its first token, in the file of the script */
	dbc_statement_kind kind;
	const char *inside;	 /* of DBC_STATEMENT_OUTSIDE: what does the same to the
						  * schema  and can run inside one; "" is nothing at all,
						  * NULL  that there is no such thing */
	const char *command; /* for messages: "CREATE INDEX CONCURRENTLY" */
	const char *lock_level; /* [SQLite] "write" if it writes the database, else
							 * NULL */
} dbc_statement;

typedef struct dbc_script
{
	const char *label; /* for errors: "migration 002 up" */
	const char *file;  /* where it came from, or NULL */
	const char *role;  /* [PG] to run it as, or NULL for the caller's */
	bool is_fix;	   /* [PG] a repair: others' code has their rights */
	bool has_places;   /* [PG] keys of rows are in it, as literals of ours */
	int first_line;	   /* of the script within file, from 1: its statements'
						* lines count from there */
	int nstatements;
	const dbc_statement *statements;
} dbc_script;

/* A script to run outside any transaction. */
typedef struct dbc_outside_script
{
	const dbc_script *script;
	const char *version; /* of the migration; NULL: it is of none, and nothing
						  * is noted of how far it has come */
	int first;	/* statement to begin with, from 1; settings before it are
				 * made again */
	bool begun; /* an earlier call was interrupted in that statement */
} dbc_outside_script;

/* One file of a migration directory; name is relative, with '/'. */
typedef struct dbc_file
{
	const char *name;
	const char *text;
} dbc_file;

typedef struct dbc_directory_entry
{
	const char *name;
	bool is_directory;
} dbc_directory_entry;

/* Measurements no SQL statement can give.  -1 where unknown. */
typedef struct dbc_facts
{
	int64_t disk_total;		  /* bytes of the file system with the data */
	int64_t disk_free;		  /* of these, free to ordinary users */
	int64_t wal_bytes;		  /* [SQLite] size of the -wal file, 0 if none */
	bool calling_transaction; /* [SQLite] caller had a transaction */
	bool read_only;			  /* [SQLite] the file was opened to be read */
	const char *details; /* a JSON object of what else there is to know, for
						  * the SQL of checks and samples; see
						  * health/check.h */
} dbc_facts;

/* Which schema schema() lists. */
typedef enum dbc_schema_source
{
	DBC_SCHEMA_NOW,	  /* today's, to compare: without details, depends_on */
	DBC_SCHEMA_WHOLE, /* today's, with all there is to know */
	DBC_SCHEMA_STORED /* the one store_schema() kept */
} dbc_schema_source;

typedef struct dbc_migrate_schema
	dbc_migrate_schema; /* see migrate/schema_objects.h */

/* What tracking has found; the same things may be in it before and after. */
typedef struct dbc_changes
{
	const dbc_rows *objects; /* as schema() lists them */
	const dbc_rows *tables;	 /* name, digest of the rows */
	bool complete;			 /* that is all that has been changed */
} dbc_changes;

/* Which state of what it has found. */
typedef enum dbc_moment
{
	DBC_NOW,
	DBC_BEFORE
} dbc_moment;

/* A table the user has named. */
typedef struct dbc_relation
{
	const char *schema; /* names as they are in the catalog */
	const char *name;
	const char *shown; /* both as the user would write them; without the schema
						* where that is SQLite's main */
} dbc_relation;

typedef struct dbc_check_task dbc_check_task; /* see check/check.h */
typedef struct dbc_check_result dbc_check_result;
typedef struct dbc_check_data_rule dbc_check_data_rule;
typedef struct dbc_check_row_violation
	dbc_check_row_violation; /* see check/row.h */

typedef struct dbc_sample_statement_stats
	dbc_sample_statement_stats; /* see monitor/monitor.h */
typedef struct dbc_sample_watch_options dbc_sample_watch_options;
typedef struct dbc_sample_watch_status dbc_sample_watch_status;

/* What sample_pages() has found. */
typedef struct dbc_page_sample
{
	int64_t pages;		/* of the whole */
	int64_t page_bytes; /* size of each */
	int64_t sampled;	/* of the pages, looked at */
	double free;		/* mean share of them that holds nothing: 0 to 1 */
	double deviation;	/* its standard deviation from page to page */
	const char *reason; /* why there was nothing to look at, or NULL */
} dbc_page_sample;

/* What last_values() has found of a sequence. */
typedef struct dbc_sequence
{
	const char *sequence; /* which one: its oid */
	bool is_used;		  /* has handed out a value */
	int64_t last_value;	  /* which was this */
	const char *reason;	  /* why it could not be read, or NULL */
} dbc_sequence;

typedef struct dbc_lint_session dbc_lint_session; /* see lint/lint.h */
typedef struct dbc_lint_analysis dbc_lint_analysis;

typedef struct dbc_migrate_rebuild
	dbc_migrate_rebuild; /* see migrate/rebuild.h */

typedef struct dbc_check_repair_step
	dbc_check_repair_step; /* see check/repair.h */

/* What repair() does about the rows of a step. */
typedef enum dbc_repair_action
{
	DBC_ACT_COUNT,	/* tells how many there are */
	DBC_ACT_SAVE,	/* writes down in the bookkeeping what they are */
	DBC_ACT_CHANGE, /* removes or changes those that were kept, and writes down
					 * what has become of them */
	DBC_ACT_RESTORE /* makes them what they were */
} dbc_repair_action;

/* What one session does at a time. */
typedef enum dbc_exclusion
{
	DBC_X_TABLES, /* create or upgrade dbcare's tables */
	DBC_X_SAMPLES /* store samples, or delete them */
} dbc_exclusion;

/* What guard() does with the work of a callback that succeeded. */
typedef enum dbc_guard_mode
{
	DBC_KEEP,
	DBC_UNDO
} dbc_guard_mode;

struct dbc_host
{
	int engine;				 /* DBC_ON_POSTGRESQL or DBC_ON_SQLITE */
	const char *engine_name; /* "postgresql", "sqlite" */
	const dbc_sql *sql;		 /* embedded SQL, sorted by name */
	int nsql;
	const dbc_function *function; /* the one being run */
	int bookkeeping;	 /* its version, once this call has found it; else 0 */
	bool samples_apart;	 /* [SQLite] samples have a bookkeeping of their own */
	int samples_version; /* its version, once this call has found it; else 0 */
	bool in_samples;	 /* that is meant by what is asked of the bookkeeping */
	int64_t commit_us; /* how long the last commit() took, but for its pause */
	const char *user;  /* session user; on SQLite the system's user */

	/* Zeroed arena memory; never NULL. */
	void *(*alloc)(dbc_host *host, size_t size);

	/*
	 * Runs fn(host, arg), then gives back the arena memory it took.  For work
	 * that is done over and over without end.
	 */
	void (*scoped)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg);

	/* Raises error; never returns.  Strings may be arena memory. */
	void (*fail)(dbc_host *host, const dbc_error *error);

	/*
	 * Runs one statement to its end and returns the whole result in the
	 * arena.  $1 .. $n are args.  Names are resolved in the engine's own
	 * catalog only, whatever search_path the caller has.  In a PURE or READ
	 * function the statement must not write.  A statement with a name (an
	 * embedded one) is prepared once per call; one without is not kept.
	 */
	const dbc_rows *(*query)(dbc_host *host, const dbc_sql *sql,
							 const dbc_value *args, int nargs);

	/*
	 * Runs fn(host, arg) in a subtransaction and returns true.  If it fails,
	 * undoes its work, copies the failure to *error and returns false; cancel
	 * and out of memory pass through.  With DBC_UNDO its work is undone in any
	 * case.  With read_only, nothing below it can write.
	 */
	bool (*guard)(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
				  dbc_guard_mode mode, bool read_only, dbc_error *error);

	/* Adds one result row: as many values as the function has columns. */
	void (*emit)(dbc_host *host, const dbc_value *values);

	/* Tells the client something: a NOTICE, or sqlite3_log(SQLITE_NOTICE). */
	void (*notice)(dbc_host *host, const char *message);

	/* Shows progress to other sessions and gives way to a cancel. */
	void (*progress)(dbc_host *host, const char *phase, int64_t done,
					 int64_t total);

	/* Gives way to a cancel. */
	void (*poll)(dbc_host *host);

	/* [PG] The text of a number of a document in the engine's own form. */
	const char *(*number_text)(dbc_host *host, const char *native);

	/*
	 * Runs an embedded statement that writes the log of migrations or its head,
	 * like query(); [PG] with the rights of the owner of the log, for callers
	 * that may write the ledger.
	 */
	const dbc_rows *(*write_log)(dbc_host *host, const dbc_sql *sql,
								 const dbc_value *args, int nargs);

	/* Records outside the database where the log of migrations ends: [PG] in
	 * the server's log when the transaction commits, [SQLite] in the
	 * application's error log, at once. */
	void (*announce)(dbc_host *host, int64_t event_id, const char *hash);

	/*
	 * Splits a script with the engine's own parser.  Fills statements and
	 * nstatements of *script; a script the engine cannot split is a failure
	 * with statement_no and line.
	 */
	void (*split)(dbc_host *host, const char *text, dbc_script *script);

	/*
	 * Runs the statements of a script under the caller's own settings
	 * (search_path and all), then makes deferred constraints immediate, then
	 * puts every session setting back that the script changed, also when it
	 * fails.  skip tells for each statement whether to leave it out; may be
	 * NULL.  A failure carries statement_no and line, and names label and file
	 * in its text.  Returns how many rows its last statement affected, and, in
	 * a guard that is read_only, where it cannot write, the rows of its last
	 * one that gives any; elsewhere they are dropped.
	 */
	const dbc_rows *(*run)(dbc_host *host, const dbc_script *script,
						   const bool *skip);

	/*
	 * Tells what the statements of a script would do, one analysis for each,
	 * after the scripts of the session that were read before; see lint/lint.h.
	 * Nothing of it runs here, and what the script names need not exist.
	 */
	void (*read_script)(dbc_host *host, dbc_lint_session *session,
						const dbc_script *script, dbc_lint_analysis *analyses);

	/* A name as it must be written in SQL: in quotes where it needs them. */
	const char *(*quote)(dbc_host *host, const char *name);

	/*
	 * [SQLite] Makes a table what a CREATE TABLE statement says and keeps its
	 * rows and all that belongs to it; see migrate/rebuild.h.  Fails, and
	 * leaves everything as it was, where it cannot prove that nothing is lost.
	 */
	void (*rebuild)(dbc_host *host, dbc_migrate_rebuild *task);

	/*
	 * Keeps other migration runners out until the transaction ends, in a PROC
	 * until the call ends, waiting for them at most timeout_ms (-1: the
	 * engine's own limit).  Also bounds later lock waits of this call by
	 * timeout_ms; -1 leaves them to the engine, but in a PROC never unbounded.
	 */
	void (*lock)(dbc_host *host, int64_t timeout_ms);

	/* [PG] Excludes other sessions from doing the same until the transaction
	 * ends; elsewhere nothing, since a writer is alone. */
	void (*exclude)(dbc_host *host, dbc_exclusion what);

	/*
	 * PROC only, and not in a guard.  Makes what was done so far stay, waits
	 * for pause_ms with no lock and no snapshot held, and goes on in a new
	 * transaction.  Returns whether to look if other runners have written in
	 * between: on SQLite lock() does not exclude them meanwhile, on PostgreSQL
	 * it is a second line of defence.
	 */
	bool (*commit)(dbc_host *host, int64_t pause_ms);

	/*
	 * PROC only.  Fails with 55P03 if another process runs the script of a
	 * migration outside a transaction, and keeps others from it until outside()
	 * has ended.  [PG] lock() does so.
	 */
	void (*claim)(dbc_host *host, const char *version);

	/*
	 * PROC only.  Makes this call the one that runs the backfill of a name,
	 * which is written down, until the call ends; false if another one is that.
	 * Bounds lock waits of the call by timeout_ms from its next transaction on.
	 */
	bool (*reserve)(dbc_host *host, const char *name, int64_t timeout_ms);

	/* The process that runs the backfill of a name, as far as can be told; 0 if
	 * none does. */
	int64_t (*runner_of)(dbc_host *host, const char *name);

	/*
	 * PROC only, and not in a guard.  Commits, runs the statements of a script
	 * one by one outside any transaction, and goes on in a new transaction.
	 * For a migration, migrate/deployment_at is kept exact meanwhile.  False is
	 * a failure of a statement, described by *error like one of guard();
	 * nothing of it is left behind.  Cancel ends what runs, and passes through.
	 */
	bool (*outside)(dbc_host *host, const dbc_outside_script *work,
					dbc_error *error);

	/*
	 * Lists a directory, in any order; a link to a directory is no directory,
	 * since it may lead back up.  Failures are dbc_format_refuse_path()'s.
	 */
	const dbc_directory_entry *(*list_directory)(dbc_host *host,
												 const char *path, int *count);

	/*
	 * Reads a file of at most so many bytes, without waiting for a writer of a
	 * pipe.  NULL if it is larger, then length says how much, or if it is not a
	 * regular file.
	 */
	const char *(*read_file)(dbc_host *host, const char *path, size_t most,
							 size_t *length);

	/* A setting of the engine's own configuration (a GUC), or NULL. */
	const char *(*setting)(dbc_host *host, const char *name);

	/*
	 * The dbcare calls running now, as rows with the columns of
	 * dbcare_progress().
	 */
	const dbc_rows *(*running)(dbc_host *host);

	/*
	 * Lists the objects of a schema, without those of dbcare, of extensions and
	 * of the engine: rows with the columns DBC_S_* of migrate/schema_objects.h,
	 * in any order.
	 */
	const dbc_rows *(*schema)(dbc_host *host, dbc_schema_source source);

	/*
	 * [SQLite] Makes those of dbcare's tables STRICT that are not, in the
	 * database or in the samples file (in_samples), whatever rows they have;
	 * why some are not, as sentences, or NULL.
	 */
	const char *(*make_strict)(dbc_host *host);

	/* Keeps today's schema in the bookkeeping, for DBC_SCHEMA_STORED. */
	void (*store_schema)(dbc_host *host);

	/*
	 * SQL that makes one schema another, statement by statement, each ended by
	 * ";\n"; a comment before a statement says what of the data it destroys.
	 * Both are whole (DBC_SCHEMA_WHOLE).
	 */
	const char *(*diff)(dbc_host *host, const dbc_migrate_schema *from,
						const dbc_migrate_schema *to);

	/*
	 * Notes from now on what scripts change, and forgets what it has noted;
	 * off, it stops.  While it is on, the end of each script is taken for the
	 * end of a transaction: what waits for that is done.
	 */
	void (*track)(dbc_host *host, bool on);

	/*
	 * What has been changed since track(), as it is now, and then as it was
	 * before.  False if the engine cannot tell how it was until the changes
	 * have been undone: ask again then.
	 */
	bool (*touched)(dbc_host *host, dbc_moment moment, dbc_changes *touched);

	/*
	 * The table of a name as the caller would write it, found by the engine's
	 * own rules under the caller's own settings; fails if it is none.
	 */
	const dbc_relation *(*resolve)(dbc_host *host, const char *text);

	/* The tables of the user, those the caller may not read, too, by schema
	 * and name. */
	const dbc_relation *(*tables)(dbc_host *host, int *ntables);

	/*
	 * Verifies the rows of one table in the caller's snapshot, declared
	 * constraints and what else the task names, in one pass wherever the
	 * engine lets it.  Gives *nverdicts of them: declared ones by kind and
	 * name, then references and rules of the task in their order.  What must
	 * not or cannot be seen is a verdict with a reason.  Sets of keys take no
	 * more than task->memory bytes, and nothing of them stays.
	 */
	const dbc_check_result *(*verify)(dbc_host *host,
									  const dbc_check_task *task,
									  int *nverdicts);

	/*
	 * Fails unless the texts of a rule are what they are said to be: one
	 * expression and, if it is not NULL, one condition over the columns of a
	 * table; and so are assignments, those of an UPDATE of it, if not NULL.
	 * Runs none of them.  [PG] Rules run as the owner of the table, so the
	 * caller must be able to act as he.
	 */
	void (*try_rule)(dbc_host *host, const dbc_relation *table,
					 const dbc_check_data_rule *rule, const char *assignments);

	/*
	 * Why a table would not accept a row, a JSON object with a member per
	 * column: *nflaws reasons, those about columns in their order.  Nothing is
	 * inserted, no trigger fires, no sequence moves; what depends on a default
	 * that nobody can know beforehand is not judged.
	 */
	const dbc_check_row_violation *(*inspect)(dbc_host *host,
											  const dbc_relation *table,
											  const char *row, int *nflaws);

	/*
	 * Acts on rows of one table, which must belong to the caller, and returns
	 * their number; counts and keeps per cause, too.  Neither triggers nor
	 * rules nor foreign keys come into it, and where rows are restored, no
	 * constraint but keys: these rows were there before.  Rows that cannot be
	 * found as the repair has left them are a failure, as is one that could
	 * not be restored later.  Takes no memory per row.
	 */
	int64_t (*repair)(dbc_host *host, dbc_repair_action act,
					  dbc_check_repair_step *step);

	/*
	 * Looks at some npages pages of a table or an index [PG: its oid], or of a
	 * database [SQLite: its name], spread at random over the whole; at all of
	 * them where there are no more.  What is dead, and what is only there to
	 * be filled, counts as free; what the fill factor keeps free does not.
	 * Waits for no lock and needs no privilege.
	 */
	void (*sample_pages)(dbc_host *host, const char *whole, int64_t npages,
						 dbc_page_sample *sample);

	/* [PG] Reads n sequences, which there may be thousands of.  Waits for no
	 * lock and keeps none. */
	void (*last_values)(dbc_host *host, dbc_sequence *sequences, int n);

	/*
	 * Statistics of statements since they were last forgotten, *nseen of them
	 * in any order; NULL, and *missing says in a sentence why, where the engine
	 * keeps none.
	 */
	const dbc_sample_statement_stats *(*statements)(dbc_host *host, int *nseen,
													const char **missing);

	/*
	 * [SQLite] The same of what this process has seen and not stored yet, for
	 * dbmonitor_sample() to add to the bookkeeping: once its transaction
	 * commits, that is stored.  statements() gives both.
	 */
	const dbc_sample_statement_stats *(*unstored)(dbc_host *host, int *nseen);

	/*
	 * Starts monitoring as the task says, which the bookkeeping has already, or
	 * ends it (NULL).  [PG] once the transaction commits.
	 */
	void (*watch)(dbc_host *host, const dbc_sample_watch_options *task);

	/* How monitoring goes. */
	void (*watched)(dbc_host *host, dbc_sample_watch_status *watched);

	/* Forgets the statistics of statements that are dbcare's own [SQLite]. */
	void (*forget)(dbc_host *host);

	/* [PG] NOTIFY on channel dbcare_alert; elsewhere nothing. */
	void (*notify)(dbc_host *host, const char *payload);

	/* Measures; see dbc_facts. */
	void (*facts)(dbc_host *host, dbc_facts *facts);
};

/* ---- what core code calls (core/host.c) ---- */

extern void *dbc_alloc(dbc_host *host, size_t size);

/* Raise an error.  The format gives the message; detail and hint are whole
 * sentences in arena or static memory, or NULL. */
extern _Noreturn void dbc_fail(dbc_host *host, const char *sqlstate,
							   const char *detail, const char *hint,
							   const char *format, ...)
	__attribute__((format(printf, 5, 6)));
extern _Noreturn void dbc_rethrow(dbc_host *host, const dbc_error *error);

/* An embedded statement: NULL if this engine has none of that name. */
extern const dbc_sql *dbc_find_sql(dbc_host *host, const char *name);

/* Run an embedded statement by name, which must exist. */
extern const dbc_rows *dbc_query(dbc_host *host, const char *name,
								 const dbc_value *args, int nargs);

/* Run a statement that is not embedded (made by the engine's own quoting). */
extern const dbc_rows *dbc_query_text(dbc_host *host, const char *sql);

extern bool dbc_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
					  dbc_guard_mode mode, bool read_only, dbc_error *error);
extern void dbc_emit(dbc_host *host, const dbc_value *values);
extern void dbc_notice(dbc_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern void dbc_progress(dbc_host *host, const char *phase, int64_t done,
						 int64_t total);

extern void dbc_poll(dbc_host *host);

/* Where a statement of a script is, as a sentence: the context of every error
 * a script raises. */
extern const char *dbc_describe_position(dbc_host *host,
										 const dbc_script *script,
										 int statement_no, int line);

/* Values */
static inline dbc_value
dbc_null(void)
{
	return (dbc_value){.kind = DBC_NULL};
}

static inline dbc_value
dbc_int(int64_t integer)
{
	return (dbc_value){.kind = DBC_INT, .integer = integer};
}

static inline dbc_value
dbc_bool(bool truth)
{
	return (dbc_value){.kind = DBC_BOOL, .integer = truth};
}

static inline dbc_value
dbc_real(double real)
{
	return (dbc_value){.kind = DBC_REAL, .real = real};
}

/* NULL text gives a null value. */
static inline dbc_value
dbc_text(const char *text)
{
	return (dbc_value){.kind = text ? DBC_TEXT : DBC_NULL, .text = text};
}

static inline dbc_value
dbc_json(const char *text)
{
	return (dbc_value){.kind = text ? DBC_JSON : DBC_NULL, .text = text};
}

#endif /* DBC_CORE_HOST_H */
