/*
 * migrate.h
 *	  What the files of the room migrate share.
 */
#ifndef DBC_MIGRATE_MIGRATE_H
#define DBC_MIGRATE_MIGRATE_H

#include "common/format/format.h"
#include "common/ledger/ledger.h"
#include "common/ledger/log.h"

/* ---- migrate/list.c ---- */

/* All migrations, with the state in a mirrored ledger; none without dbcare's
 * tables. */
extern dbc_migrations dbc_migrate_list_migrations(dbc_host *host);

/* The same, with description, definition, source, verifiable, applied_at,
 * applied_by and duration_ms, which the plain list leaves empty. */
extern dbc_migrations dbc_migrate_describe_migrations(dbc_host *host);

/* For the health report. */
typedef struct dbc_migrate_summary
{
	dbc_migrations list;
	const char *version; /* highest applied one, or NULL */
	int64_t pending;	 /* number of these */
} dbc_migrate_summary;

/* Reads it. */
extern void dbc_migrate_summarize(dbc_host *host, void *summary);

/* ---- migrate/plan.c ---- */

typedef struct dbc_migrate_plan
{
	dbc_migration **steps;
	int count;
} dbc_migrate_plan;

/*
 * What apply would run, in order: dependencies first, then by version,
 * repeatable ones last; up to target (NULL: all) and its dependencies.
 * Migrations that wait for a backfill are left out unless they are target or it
 * needs them. Fails for a target that does not exist, a dependency that cannot
 * be met, a cycle, and, unless allowed, for a version older than an applied
 * one.
 */
extern dbc_migrate_plan dbc_migrate_plan_up(dbc_host *host,
											const dbc_migrations *list,
											const char *target,
											bool allow_out_of_order);

/* Steps of a rollback that are refused unless the caller allows them. */
typedef struct dbc_migrate_down_options
{
	bool baselined;
	bool empty_down;
} dbc_migrate_down_options;

/*
 * What rollback would run, in order: without target the migration applied last,
 * else all above target, or all for "0".  Fails for a step that is not
 * reversible or that an applied one depends on; steps with an empty down script
 * and baselined ones fail unless allowed.
 */
extern dbc_migrate_plan dbc_migrate_plan_down(dbc_host *host,
											  const dbc_migrations *list,
											  const char *target,
											  dbc_migrate_down_options allowed);

/* A backfill that a migration depends on, directly or through others. */
typedef struct dbc_migrate_wait
{
	const char *backfill; /* NULL: none */
	const char *left;	  /* what remains of it */
} dbc_migrate_wait;

/* What pending migrations are compared with. */
typedef struct dbc_migrate_order
{
	const dbc_migration *last;	   /* the last applied one, or NULL */
	const dbc_migrate_wait *waits; /* by rank */
} dbc_migrate_order;

/* Reads it. */
extern dbc_migrate_order dbc_migrate_read_order(dbc_host *host,
												const dbc_migrations *list);

/* Whether a pending migration is older than the last applied one, and neither
 * depends on that one, nor had to wait for a backfill, nor failed while that
 * one ran, too. */
extern bool dbc_migrate_is_late(const dbc_migrate_order *order,
								const dbc_migration *step);

/* ---- migrate/waits.c ---- */

/* Whether a migration is for an environment. */
extern bool dbc_migrate_is_for_environment(dbc_host *host,
										   const dbc_migration *migration,
										   const char *environment);

/* Whether a migration is still to be run in an environment. */
extern bool dbc_migrate_is_open(dbc_host *host, const dbc_migration *migration,
								const char *environment);

/* What each migration waits for, by its rank: with an environment the
 * incomplete backfills of migrations that are open there; NULL: any backfill.
 */
extern const dbc_migrate_wait *
dbc_migrate_find_waits(dbc_host *host, const dbc_migrations *list,
					   const char *environment);

/* ---- migrate/list.c ---- */

/* The lines in which the registered text of a migration differs from the
 * applied one, each after a line feed. */
extern const char *dbc_migrate_difference_of(dbc_host *host,
											 const char *version);

/* ---- migrate/plan.c ---- */

/* Fails if applied migrations were modified; the message lists them. */
extern void dbc_migrate_refuse_modified(dbc_host *host,
										const dbc_migrations *list);

/* ---- migrate/script.c ---- */

typedef struct dbc_migrate_prepared_script
{
	dbc_script script;
	const char *text; /* of the script */
	bool *skip;		  /* per statement: a BEGIN, COMMIT or SET TRANSACTION */
	bool has_pairs;	  /* there are BEGIN and COMMIT, or one of them */
	bool has_parts;	  /* these do not make one transaction of all of it */
	bool sets_transaction; /* one of them says how it runs */
	bool *lasting;		   /* per statement: a setting beyond its transaction */
	dbc_error *error;	   /* why the script cannot be split, or NULL */
	bool verifiable;	   /* an up script with a verify_sql */
} dbc_migrate_prepared_script;

/*
 * Reads and splits a script of a migration.  Fails for transaction statements
 * other than pairs and for statements that need a client.  A script
 * that cannot be split gets its error, which running it raises.
 */
extern dbc_migrate_prepared_script *
dbc_migrate_prepare_script(dbc_host *host, const dbc_migration *migration,
						   bool up);

/* The same, but every failure becomes the error of the prepared script. */
extern dbc_migrate_prepared_script *
dbc_migrate_try_prepare_script(dbc_host *host, const dbc_migration *migration,
							   bool up);

/* Fails if a step cannot run inside a transaction, or a deploy has committed a
 * part of it. */
extern void
dbc_migrate_refuse_outside(dbc_host *host, const dbc_migration *migration,
						   const dbc_migrate_prepared_script *prepared,
						   bool up);

/* How dbmigrate_deploy() runs a script. */
typedef enum dbc_migrate_way
{
	DBC_MIGRATE_INSIDE,	 /* in one transaction */
	DBC_MIGRATE_OUTSIDE, /* statement by statement, outside of any */
	DBC_MIGRATE_PARTS	 /* in the transactions that it has */
} dbc_migrate_way;

/* Fails if a script has a statement between BEGIN and COMMIT that cannot run
 * there. */
extern dbc_migrate_way
dbc_migrate_way_of(dbc_host *host, const dbc_migration *migration,
				   const dbc_migrate_prepared_script *prepared);

/* Tells the user that BEGIN and COMMIT of a script, if any, are skipped. */
extern void dbc_migrate_note_pairs(dbc_host *host,
								   const dbc_migrate_prepared_script *prepared);

/* Runs the statements that are not to be skipped. */
extern void dbc_migrate_run_script(dbc_host *host,
								   const dbc_migrate_prepared_script *prepared,
								   const bool *skip);

/* Whether running a script would do nothing. */
extern bool
dbc_migrate_is_empty_script(const dbc_migrate_prepared_script *prepared);

/* Reports that the migrations of this version, or range of versions, run. */
extern void dbc_migrate_progress(dbc_host *host, const char *version,
								 int64_t done, int64_t total);

/* Where in a script an error happened, as a sentence; NULL if unknown. */
extern const char *dbc_migrate_locate_error(dbc_host *host,
											const dbc_script *script,
											const dbc_error *error);

/* An error of a script as a JSON object, to which more can be added. */
extern dbc_json_node *dbc_migrate_describe_error(dbc_host *host,
												 const dbc_script *script,
												 const dbc_error *error);

/* Splits text; false with *error set if that fails. */
extern bool dbc_migrate_split(dbc_host *host, const char *text,
							  dbc_script *script, dbc_error *error);

/* Whether text has a statement that cannot run inside a transaction; text that
 * cannot be split has none. */
extern bool dbc_migrate_has_outside_statement(dbc_host *host, const char *text);

/* ---- migrate/script_parts.c ---- */

/* Sets has_parts and lasting of a script. */
extern void dbc_migrate_find_parts(dbc_host *host,
								   dbc_migrate_prepared_script *prepared);

/* Whether a statement, by its index, is between a BEGIN and its COMMIT. */
extern bool dbc_migrate_is_in_pair(const dbc_migrate_prepared_script *prepared,
								   int index);

/* The number, from 1, of the last statement of the part that begins with a
 * statement, by its number. */
extern int dbc_migrate_end_of_part(const dbc_migrate_prepared_script *prepared,
								   int first);

/* Marks the statements that do not run with those from first to last: all but
 * these, and the settings before them that last. */
extern bool *
dbc_migrate_skip_others(dbc_host *host,
						const dbc_migrate_prepared_script *prepared, int first,
						int last);

/* Fails if a statement of a script with parts has an effect that ends with its
 * transaction. */
extern void
dbc_migrate_require_one_transaction(dbc_host *host,
									const dbc_migrate_prepared_script *prepared,
									const char *hint);

/* ---- migrate/verify.c ---- */

/*
 * Runs a query that cannot write: the text of the script, or the verify_sql of
 * a migration.  It fails by raising an error or by a one-column result in which
 * a value is false, zero or null, which covers both "select count(*) = 1 from
 * t" and the division by zero that is an error in PostgreSQL and null in
 * SQLite.  Returns verify_error or verify_failed and sets *error, or NULL.
 */
extern const char *dbc_migrate_run_check(dbc_host *host, dbc_script *script,
										 const char *version, dbc_error *error);

/* Runs the verify_sql of a migration, which cannot write, as a role (NULL: the
 * caller's).  Fails if it does, or if it returns false; *running is its script,
 * for dbc_migrate_locate_error(). */
extern void dbc_migrate_require_verified(dbc_host *host,
										 const dbc_migration *migration,
										 const char *role,
										 const dbc_script **running);

/* ---- migrate/absent.c ---- */

/* What a load has that leaves out nothing. */
typedef struct dbc_migrate_load
{
	dbc_host *host;
	const dbc_migrations *list;
	const dbc_format_set *set;
	const char *source; /* the directory, or NULL */
	dbc_ledger_log *log;
	dbc_json_node *renamed; /* objects with from and to */
	dbc_json_node *removed;
} dbc_migrate_load;

/* Gives applied migrations, and those that deploy has begun, the version of the
 * file that has their text now; true if there was one: the list is another. */
extern bool dbc_migrate_rename_absent(dbc_migrate_load *load);

/* Unregisters migrations of the same files that are missing from them now. */
extern void dbc_migrate_forget_absent(dbc_migrate_load *load);

/* ---- migrate/register.c ---- */

typedef enum dbc_migrate_register_action
{
	DBC_ADDED,
	DBC_UPDATED,
	DBC_UNCHANGED
} dbc_migrate_register_action;

extern const char *const dbc_migrate_action_names[];

/* Locks out runners and other registrations, then reads the migrations. */
extern dbc_migrations dbc_migrate_start_registering(dbc_host *host,
													dbc_ledger_log *log);

/* Removes the registration of a migration. */
extern void dbc_migrate_unregister(dbc_host *host,
								   const dbc_migration *migration,
								   dbc_ledger_log *log);

/* Registers a migration unless it is registered with the same text. */
extern dbc_migrate_register_action
dbc_migrate_register(dbc_host *host, const dbc_migrations *list,
					 const dbc_format_registration *registration,
					 dbc_ledger_log *log);

/* ---- author.c ---- */

/* The migrations, or one, with texts of roles that the role to run them, or the
 * current one, does not trust: version and author. */
extern const dbc_rows *dbc_migrate_foreign_texts(dbc_host *host,
												 const char *role,
												 const char *version);

/* Fails if such a migration is this one. */
extern void dbc_migrate_require_own_text(dbc_host *host,
										 const dbc_rows *foreign,
										 const char *version);

#endif /* DBC_MIGRATE_MIGRATE_H */
