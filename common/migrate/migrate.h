/*
 * migrate.h
 *	  What the files of dbmigrate share.
 */
#ifndef DBC_MIGRATE_MIGRATE_H
#define DBC_MIGRATE_MIGRATE_H

#include "common/core/host.h"
#include "common/core/json_write.h"
#include "common/format/format.h"
#include "common/ledger/ledger.h"
#include "common/ledger/log.h"

/* ---- migrate/list.c ---- */

/* All migrations, with what the ledger of another tool says that is kept; none
 * without bookkeeping. */
extern dbc_migrations dbc_list_migrations(dbc_host *host);

/* The same, with their description, definition, source, verifiable, applied_at,
 * applied_by and duration_ms, which the plain list leaves empty. */
extern dbc_migrations dbc_describe_migrations(dbc_host *host);

/* For the health report: highest applied version (or NULL), number pending. */
extern void dbc_migration_summary(dbc_host *host, const char **version,
								  int64_t *pending);

/* ---- migrate/plan.c ---- */

/* Whether a migration is for an environment. */
extern bool dbc_is_for_environment(dbc_host *host,
								   const dbc_migration *migration,
								   const char *environment);

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

/* ---- migrate/verify.c ---- */

/* Runs the verify_sql of a migration so that it cannot write.  NULL if it is
 * content, else verify_failed or verify_error, with *error set. */
extern const char *dbc_run_verify(dbc_host *host,
								  const dbc_migration *migration,
								  dbc_error *error);

/* ---- migrate/register.c ---- */

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

#endif /* DBC_MIGRATE_MIGRATE_H */
