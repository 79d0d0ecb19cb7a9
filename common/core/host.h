/*
 * host.h
 *	  A call of a function, and what the core asks of the engine.
 *
 * A binding fills struct dbc_host for each call, with its table of calls, the
 * seam.  Core code uses the functions below, which are in core/host.c; what
 * those of one line do is described in core/seam.h.
 */
#ifndef DBC_CORE_HOST_H
#define DBC_CORE_HOST_H

#include "common/core/reader.h"
#include "common/core/traits.h"

/* The kind of a statement of a script. */
typedef enum dbc_statement_kind
{
	DBC_STATEMENT_PLAIN,
	DBC_STATEMENT_BEGIN,	   /* opens a transaction block */
	DBC_STATEMENT_COMMIT,	   /* commits a transaction block */
	DBC_STATEMENT_TRANSACTION, /* any other transaction control */
	DBC_STATEMENT_SETTING,	   /* SET, RESET, PRAGMA */
	DBC_STATEMENT_OUTSIDE,	   /* cannot run inside a transaction block */
	DBC_STATEMENT_CLIENT	   /* needs a client: COPY FROM STDIN */
} dbc_statement_kind;

typedef struct dbc_statement
{
	const char *text; /* from its first token, without the ';' */
	int line;		  /* line of the first token in the file of the script */
	dbc_statement_kind kind;
	/* for DBC_STATEMENT_OUTSIDE: a statement with the same effect on the schema
	 * that can run inside a transaction block; "": none is needed, NULL: none
	 * exists */
	const char *inside;
	const char *command;	/* for messages: "CREATE INDEX CONCURRENTLY" */
	bool is_vacuum;			/* [PG] a VACUUM that rewrites nothing */
	bool sets_transaction;	/* [PG] BEGIN with options, or SET TRANSACTION */
	const char *lock_level; /* [SQLite] "write" if it writes to the database,
							   else NULL */
} dbc_statement;

typedef struct dbc_script
{
	const char *label; /* for errors: "migration 002 up" */
	const char *file;  /* file of the script, or NULL */
	const char *text;  /* the whole script, or NULL: errors show no excerpt */
	const char *role;  /* [PG] role to run it as, or NULL for the caller */
	bool is_fix; /* [PG] a repair: code of others runs with their rights */
	/* [PG] a caller with the rights of the tables' owners runs it as them */
	bool as_owner;
	bool has_places; /* [PG] contains keys of rows as literals */
	bool keeps_rows; /* returns rows also where it may write: few */
	/* [PG] text of dbcare: names are those of the catalog, operators too; a
	 * text without it is the user's, whose search_path it has */
	bool is_own;
	/* [PG] a table whose schema has names of an own text, too, for what its
	 * owner has written; or NULL.  See dbcpg_set_search_path(). */
	const struct dbc_relation *table;
	/* [PG] a table that was proven, and that the text names: each statement runs
	 * while its name is still that of this table; or NULL */
	const struct dbc_relation *about;
	/* [PG] a schema before the user's search_path, or NULL */
	const char *first_schema;
	/* [SQLite] what statements run without, see script_retry.h; or NULL */
	const struct dbc_script_retry *retry;
	int first_line; /* line of the script within file, from 1 */
	int nstatements;
	const dbc_statement *statements;
} dbc_script;

typedef struct dbc_outside_script
{
	const dbc_script *script;
	const char *version; /* of the migration; NULL: not a migration, so no
							progress is recorded */
	int first; /* first statement to run, from 1; settings before it are applied
				  again */
	const bool *lasting; /* per statement: such a setting; NULL: all of them */
	int last;	/* last statement to run; 0: the last one of the script */
	bool begun; /* an earlier call was interrupted in the first statement */
} dbc_outside_script;

/* What became of such a script. */
typedef struct dbc_outside_result
{
	bool ran;
	bool failed;
	int64_t duration_us;
	dbc_error error; /* if it failed */
} dbc_outside_result;

/* A table named by the user. */
typedef struct dbc_relation
{
	const char *schema; /* as in the catalog */
	const char *name;
	const char *shown; /* as the user would write it, without the schema main of
						  SQLite */
	int64_t id; /* [PG] OID of a table that has been proven, or 0: its name can
				 * become that of another one, when its schema is renamed */
} dbc_relation;

/* Work that only one session does at a time. */
typedef enum dbc_exclusion
{
	DBC_X_TABLES,  /* create or upgrade dbcare's tables */
	DBC_X_SAMPLES, /* store or delete samples */
	DBC_X_SEALS,   /* seal or remove entries of the audit log */
	DBC_X_HOLDS	   /* hold rows, or delete rows that are not held */
} dbc_exclusion;

/* What guard() does with the work of a callback that succeeds; one that fails
 * is undone, and with DBC_KEEP_ALL also what the transaction did before. */
typedef enum dbc_guard_mode
{
	DBC_KEEP,
	DBC_UNDO,
	DBC_KEEP_ALL
} dbc_guard_mode;

/* Calls of the host interface for single rooms, declared in <room>/host.h and
 * filled by the room of the binding.  Functions that need a call that is NULL
 * fail. */
typedef struct dbc_rooms
{
	const struct dbc_format_host *format;
	const struct dbc_ledger_host *ledger;
	const struct dbc_sample_host *sample;
	const struct dbc_row_host *row;
	const struct dbc_check_host *check;
	const struct dbc_lint_host *lint;
	const struct dbc_batch_host *batch;
	const struct dbc_migrate_host *migrate;
	const struct dbc_health_host *health;
	const struct dbc_monitor_host *monitor;
	const struct dbc_advise_host *advise;
	const struct dbc_audit_host *audit;
	const struct dbc_archive_host *archive;
	const struct dbc_backup_host *backup;
	const struct dbc_ops_host *ops;
	const struct dbc_sync_host *sync;
	const struct dbc_seed_host *seed;
} dbc_rooms;

/* A call of a function. */
struct dbc_host
{
	const struct dbc_seam *seam; /* what the binding does: core/seam.h */
	const dbc_traits *traits;	 /* what the engine is like */
	/* DBC_ON_POSTGRESQL or DBC_ON_SQLITE: the dialect of SQL, and what is
	 * declared for one engine; what else differs are traits */
	int engine;
	const char *engine_name;  /* "postgresql", "sqlite" */
	const char *engine_title; /* "PostgreSQL", "SQLite" */
	const char *table_prefix; /* of dbcare's tables: "dbcare.", "dbcare_" */
	const char *corrupt_hint; /* hint for a query result that is invalid but not
								 stored in dbcare's tables; or NULL */
	dbc_rooms rooms;
	const dbc_sql *sql; /* embedded SQL, sorted by name */
	int nsql;
	const dbc_function *function; /* the running function */
	const dbc_value *args;		  /* its arguments, as declared */
	int tables_version; /* version of dbcare's tables once determined, else 0 */
	bool one_snapshot; /* [PG] of each transaction from the next on: what others
						* change meanwhile fails with 40001 */
	/* [PG] of each transaction from the next on: longest wait for a lock; -1:
	 * as the session says */
	int64_t lock_timeout_ms;
	int64_t commit_us; /* duration of the last commit() without its pause */
	/* session user; on SQLite the user of the operating system */
	const char *user;
	const char *role;  /* [PG] current role of a call that writes; else NULL */
	bool in_migration; /* [PG] a migration has called, and has the locks */
	const char *failure; /* SQLSTATE of a failure that the function has not
						  * raised, but reports in its result; or NULL */
	/* of a function that another one calls: receives its result; or NULL */
	dbc_value *captured;
	struct dbc_call_list *calls; /* of that function; see core/inner_call.h */
	bool silent; /* no user has called, or nothing lasting was done: the call
					leaves no event */
	/* in tests, called with each JSON result before it is returned, and
	 * DBC_ASSERT() is on; NULL: off.  See core/asserts.h. */
	void (*assert_result)(dbc_host *host, const char *json);
};

/* ---- called by core code (core/host.c) ---- */

/* The interface of a room, and a call of it: DBC_CALL(host, check,
 * tables)(host, &n).  Both fail if the binding lacks it. */
#define DBC_ROOM(host, room) \
	(dbc_require((host), (host)->rooms.room != NULL, #room), (host)->rooms.room)
#define DBC_CALL(host, room, call)                                       \
	(dbc_require((host), (host)->rooms.room && (host)->rooms.room->call, \
				 #room "." #call),                                       \
	 (host)->rooms.room->call)
extern void dbc_require(dbc_host *host, bool is_there, const char *what);

/* Whether what is declared for engines (DBC_ON_*) is there on this one, and the
 * title of the engine that alone has it. */
extern bool dbc_is_here(const dbc_host *host, int engines);
extern const char *dbc_engine_title(int engines);

extern void *dbc_alloc(dbc_host *host, size_t size);

/* Raise an error.  The format is that of the message; detail and hint are whole
 * sentences in arena or static memory, or NULL. */
extern _Noreturn void dbc_fail(dbc_host *host, const char *sqlstate,
							   const char *detail, const char *hint,
							   const char *format, ...)
	__attribute__((format(printf, 5, 6)));
extern _Noreturn void dbc_rethrow(dbc_host *host, const dbc_error *error);

/* An embedded statement; NULL if this engine has none of that name. */
extern const dbc_sql *dbc_find_sql(dbc_host *host, const char *name);

/* Values as two arguments of a call: an array and its length. */
#define DBC_VALUES(...)               \
	(const dbc_value[]){__VA_ARGS__}, \
		(int) (sizeof((dbc_value[]){__VA_ARGS__}) / sizeof(dbc_value))

/* Run an embedded statement, which must exist and return what it declares, with
 * the values of its parameters. */
#define dbc_query(host, name, ...) \
	dbc_query_array(host, name, DBC_VALUES(__VA_ARGS__))
extern const dbc_rows *dbc_query_array(dbc_host *host, const char *name,
									   const dbc_value *args, int nargs);
/* The same with the statement itself. */
extern const dbc_rows *dbc_query_sql(dbc_host *host, const dbc_sql *sql,
									 const dbc_value *args, int nargs);

/* Run an embedded statement and have page(host, arg, rows) called with its
 * rows, some at a time; see pages() of the host. */
#define dbc_query_pages(host, name, page, arg, ...) \
	dbc_query_pages_array(host, name, page, arg, DBC_VALUES(__VA_ARGS__))
extern void dbc_query_pages_array(dbc_host *host, const char *name,
								  void (*page)(dbc_host *, void *,
											   const dbc_rows *),
								  void *arg, const dbc_value *args, int nargs);

/* Run a statement that is not embedded, with names quoted by the engine. */
extern const dbc_rows *dbc_query_text(dbc_host *host, const char *sql);

/* The same in a READ function, for some rows at a time.  [PG] Unless it runs
 * as_owner of the tables, the caller reads them by rights of his own. */
extern void dbc_query_text_pages(dbc_host *host, const char *sql, bool as_owner,
								 void (*page)(dbc_host *, void *,
											  const dbc_rows *),
								 void *arg);

/* Calls of core/seam.h. */
extern void dbc_scoped(dbc_host *host, void (*fn)(dbc_host *, void *),
					   void *arg);
extern const char *dbc_number_text(dbc_host *host, const char *native);
extern void dbc_split(dbc_host *host, const char *text, dbc_script *script);
extern const dbc_rows *dbc_run_script(dbc_host *host, const dbc_script *script,
									  const bool *skip);
extern const char *dbc_quote(dbc_host *host, const char *name);
extern void dbc_refuse_unsupported(dbc_host *host);
extern void dbc_lock(dbc_host *host, int64_t timeout_ms);
extern void dbc_exclude(dbc_host *host, dbc_exclusion what);
extern bool dbc_commit(dbc_host *host, int64_t pause_ms);
extern void dbc_divide(dbc_host *host, int64_t pause_ms);
extern bool dbc_outside(dbc_host *host, const dbc_outside_script *work,
						dbc_error *error);
extern void dbc_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
						void (*failed)(dbc_host *, void *, const char *),
						void *arg);
extern bool dbc_write(dbc_host *host, void (*fn)(dbc_host *, void *),
					  void *arg);
extern void dbc_outside_together(dbc_host *host,
								 const dbc_outside_script *works, int nworks,
								 dbc_outside_result *results);
extern bool dbc_may_share_tables(dbc_host *host, const dbc_script *left,
								 const dbc_script *right);
extern const char *dbc_engine_setting(dbc_host *host, const char *name);
extern const char *dbc_recall_result(dbc_host *host, const char *key,
									 int64_t max_age_ms);
extern void dbc_remember_result(dbc_host *host, const char *key,
								const char *text);
extern const dbc_rows *dbc_list_running(dbc_host *host);
extern const dbc_relation *dbc_resolve(dbc_host *host, const char *text);

extern bool dbc_guard(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg,
					  dbc_guard_mode mode, bool read_only, dbc_error *error);

/* Add a result row with a value for each column declared in api.def. */
#define dbc_emit(host, ...) dbc_emit_array(host, DBC_VALUES(__VA_ARGS__))
extern void dbc_emit_array(dbc_host *host, const dbc_value *values,
						   int nvalues);

extern void dbc_notice(dbc_host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Report a phase before it begins, with the units completed so far. */
extern void dbc_progress(dbc_host *host, const char *phase, int64_t done,
						 int64_t total);

/* All units are completed; the call still has work to do. */
extern void dbc_progress_end(dbc_host *host, int64_t total);

extern void dbc_poll(dbc_host *host);

/* Whether such a script runs a statement: one of those that are left, or a
 * setting before them. */
extern bool dbc_outside_runs(const dbc_outside_script *work, int first,
							 int number);

/* The number of the last statement that a script outside a transaction runs. */
extern int dbc_outside_end(const dbc_outside_script *work);

/* Whether such a script runs a statement without a transaction around it, since it
 * cannot run in one, or may commit. */
extern bool dbc_runs_alone(const dbc_statement *statement);

/* The position of a statement in a script as a sentence, for the context of
 * errors. */
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

/* A NULL text is a null value. */
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
