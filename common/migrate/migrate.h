/*
 * migrate.h
 *	  What the files of dbmigrate share.
 */
#ifndef DBC_MIGRATE_MIGRATE_H
#define DBC_MIGRATE_MIGRATE_H

#include "common/core/host.h"
#include "common/core/json_write.h"
#include "common/ledger/log.h"

typedef enum dbc_state
{
	DBC_PENDING,
	DBC_APPLIED,
	DBC_FAILED,
	DBC_MODIFIED, /* text changed after it was applied */
	DBC_MISSING	  /* applied, no longer registered */
} dbc_state;

/* A migration that is registered or applied.  Its text is not here. */
typedef struct dbc_migration
{
	const char *version;
	const char *name;
	const char *description;
	const char *checksum;	/* of the registered up script, or NULL */
	const char *definition; /* checksum of all that was registered */
	bool transactional;
	bool repeatable;
	const char *environments; /* JSON array, or NULL for all */
	const char *source;
	bool reversible;
	bool verifiable;
	dbc_state state;
	bool registered;
	bool applied;
	bool baseline;	  /* applied, but not by dbcare */
	int64_t position; /* in the order they were applied */
	const char *applied_at;
	const char *applied_by;
	dbc_value duration_ms;
	const char *const *depends_on; /* ended by NULL, never NULL itself */
	int rank; /* place among all: after what it depends on, else by version */
	int mark; /* of the planner's walk */
} dbc_migration;

typedef struct dbc_old_ledger dbc_old_ledger; /* see adopt/adopt.h */

typedef struct dbc_migrations
{
	dbc_migration *items; /* in order of version */
	int count;
	const dbc_old_ledger *kept; /* of another tool, with which it agrees; or
								 * NULL */
} dbc_migrations;

/* ---- ledger/migrations.c ---- */

/* All migrations; none without bookkeeping. */
extern dbc_migrations dbc_list_migrations(dbc_host *host);

/* The same, with their description, definition, source, verifiable, applied_at,
 * applied_by and duration_ms, which the plain list leaves empty. */
extern dbc_migrations dbc_describe_migrations(dbc_host *host);

/* The plain list, as dbcare's own ledger has it, whatever ledger of another
 * tool is kept; without dependencies. */
extern dbc_migrations dbc_list_own(dbc_host *host);

/* Fails if a migration is more than a thousand dependencies away. */
extern void dbc_bound_dependencies(dbc_host *host,
								   const dbc_migration *migration, int depth);

extern dbc_migration *dbc_find_migration(const dbc_migrations *list,
										 const char *version);

/* The same, however many zeros the version begins with. */
extern dbc_migration *dbc_find_version(const dbc_migrations *list,
									   const char *version);

/* The same, failing for a version that is not there. */
extern dbc_migration *dbc_require_migration(dbc_host *host,
											const dbc_migrations *list,
											const char *version);

/* Whether one migration comes after another: by version; changesets, whose
 * versions are names, by what they depend on, and before all that has a
 * number. */
extern bool dbc_comes_after(const dbc_migration *migration,
							const dbc_migration *other);

/* The applied migration that comes last (repeatable ones aside, which have no
 * place in the order), or NULL; and its version. */
extern const dbc_migration *dbc_last_applied(const dbc_migrations *list);
extern const char *dbc_highest_applied(const dbc_migrations *list);

extern const char *dbc_state_name(dbc_state state);

/* What a migration depends on, as JSON text. */
extern const char *dbc_dependencies_json(dbc_host *host,
										 const dbc_migration *migration);

/* Whether a migration is for an environment (migrate/plan.c). */
extern bool dbc_is_for_environment(dbc_host *host,
								   const dbc_migration *migration,
								   const char *environment);

/* For the health report: highest applied version (or NULL), number pending. */
extern void dbc_migration_summary(dbc_host *host, const char **version,
								  int64_t *pending);

/* Refuses a version that cannot be one; what names the argument. */
extern void dbc_check_version(dbc_host *host, const char *version,
							  const char *what);

/* ---- migrate/plan.c ---- */

typedef struct dbc_plan
{
	dbc_migration **steps;
	int count;
} dbc_plan;

/*
 * What apply would run, in order: dependencies first, then by version,
 * repeatable ones last; up to target (NULL: all) and what it needs.  What waits
 * for a backfill is left out, unless it is target or needed by it.  Fails
 * for a target that does not exist, a dependency that cannot be met, a cycle,
 * and, unless allowed, for a version older than one that is applied.
 */
extern dbc_plan dbc_plan_up(dbc_host *host, const dbc_migrations *list,
							const char *target, bool allow_out_of_order);

/*
 * What rollback would run, in order: without target the one applied last, to
 * a version all above it, "0" everything.  Fails for a step that is not
 * reversible, or that a step which stays depends on.
 */
extern dbc_plan dbc_plan_down(dbc_host *host, const dbc_migrations *list,
							  const char *target, bool include_baselined);

/* Fails, naming them, if applied migrations have changed. */
extern void dbc_refuse_modified(dbc_host *host, const dbc_migrations *list);

/* ---- migrate/script.c ---- */

typedef struct dbc_prepared
{
	dbc_script script;
	const char *text; /* of it */
	bool *skip;		  /* per statement: an outer BEGIN or COMMIT */
	dbc_error *error; /* why it cannot be split, or NULL */
} dbc_prepared;

/*
 * Reads and splits a script of a migration.  Transaction statements other than
 * one outer pair, and statements that need a client, fail; a script that
 * cannot be split is prepared with its error, which running it raises.
 */
extern dbc_prepared *
dbc_prepare_script(dbc_host *host, const dbc_migration *migration, bool up);

/* Fails if a step cannot run inside a transaction. */
extern void dbc_refuse_outside(dbc_host *host, const dbc_migration *migration,
							   const dbc_prepared *prepared, bool up);

/* Whether a step has to run outside a transaction; fails if it has to and yet
 * brings a transaction of its own. */
extern bool dbc_is_outside(dbc_host *host, const dbc_migration *migration,
						   const dbc_prepared *prepared);

extern void dbc_run_script(dbc_host *host, const dbc_prepared *prepared);

/* Whether running a script would do nothing. */
extern bool dbc_is_empty_script(const dbc_prepared *prepared);

/* Where in a script an error happened, as a sentence; NULL if nobody knows. */
extern const char *dbc_place_of_error(dbc_host *host, const dbc_script *script,
									  const dbc_error *error);

/* An error of a script as a JSON object, to which more can be added. */
extern dbc_node *dbc_describe_error(dbc_host *host, const dbc_script *script,
									const dbc_error *error);

/* Whether text has a statement that cannot run inside a transaction; text that
 * cannot be split has none. */
extern bool dbc_runs_outside(dbc_host *host, const char *text);

/* ---- ledger/deployment.c ---- */

/* Marks as failed what an earlier dbmigrate_deploy() began to run outside a
 * transaction and did not finish, unless one is running. */
extern void dbc_mark_interrupted(dbc_host *host, const dbc_migrations *list);

/* The first statement of a migration that an earlier dbmigrate_deploy() did not
 * finish, from 1, and whether it was begun; 0 if there is none. */
extern int dbc_interrupted_at(dbc_host *host, const dbc_migration *migration,
							  bool *begun);

/* Notes how far the script of a migration has come that runs outside a
 * transaction: its first statement that is not done, and whether it is begun.
 */
extern void dbc_note_deployment(dbc_host *host, const dbc_migration *migration,
								int statement_no, bool begun);

/* Takes the mark of a failure off a migration, and with it what is known of
 * where a dbmigrate_deploy() left it. */
extern void dbc_clear_failed(dbc_host *host, const dbc_migration *migration);
/* ---- migrate/verify.c ---- */

/* Runs the verify_sql of a migration so that it cannot write.  NULL if it is
 * content, else verify_failed or verify_error, with *error set. */
extern const char *dbc_run_verify(dbc_host *host,
								  const dbc_migration *migration,
								  dbc_error *error);

/* ---- migrate/register.c ---- */

/* All that is given about a migration. */
typedef struct dbc_registration
{
	const char *version;
	const char *name;
	const char *description;
	const char *kind;
	const char *up_sql;
	const char *down_sql;
	const char *verify_sql;
	const char **depends_on; /* ended by NULL, or NULL */
	bool transactional;
	bool repeatable;
	const char **environments; /* ended by NULL, or NULL */
	const char *source;
	const char *up_file;
	int up_line;
	const char *down_file;
	int down_line;
} dbc_registration;

typedef enum dbc_action
{
	DBC_ADDED,
	DBC_UPDATED,
	DBC_UNCHANGED
} dbc_action;

/* Registers a migration; list is what was there before. */
extern dbc_action dbc_register(dbc_host *host, const dbc_migrations *list,
							   const dbc_registration *registration,
							   dbc_log *log);

/* The files of a JSON object {"file name": "text"}; what names the argument. */
extern const dbc_file *dbc_files_of_json(dbc_host *host, const char *json,
										 const char *what, int *nfiles);

/* ---- migrate/text_diff.c ---- */

/* Whether two texts differ in white space around their lines at most. */
extern bool dbc_same_but_layout(dbc_host *host, const char *left,
								const char *right);

/* The lines that are in one of two texts only, for people; each begins with a
 * line feed and a sign, "-" for the old text and "+" for the new one. */
extern const char *dbc_line_difference(dbc_host *host, const char *old_text,
									   const char *new_text);

/* ---- format/format.c ---- */

/* Reads files of a format (NULL: to be detected), in order of version. */
extern dbc_registration *dbc_read_format(dbc_host *host, const dbc_file *files,
										 int nfiles, const char **format,
										 int *count);

/* Names of the formats, ended by NULL. */
extern const char *const dbc_formats[];

#endif /* DBC_MIGRATE_MIGRATE_H */
