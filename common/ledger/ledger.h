/*
 * ledger.h
 *	  dbcare's ledger: which migrations are registered, which are applied, and
 *	  how far the one has come that runs outside a transaction.
 */
#ifndef DBC_LEDGER_LEDGER_H
#define DBC_LEDGER_LEDGER_H

#include "common/core/host.h"

typedef enum dbc_ledger_state
{
	DBC_PENDING,
	DBC_APPLIED,
	DBC_FAILED,
	DBC_MODIFIED, /* text changed after it was applied */
	DBC_MISSING	  /* applied, no longer registered */
} dbc_ledger_state;

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
	bool reversible; /* has a down script with a statement in it */
	bool empty_down; /* has one without */
	bool verifiable;
	dbc_ledger_state state;
	bool registered;
	bool applied;
	bool baseline;	   /* applied, but not by dbcare */
	const char *order; /* place among versions, compared by bytes */
	bool own_order;	   /* that of its tool, not of its version */
	int64_t position;  /* in the order they were applied */
	const char *applied_at;
	const char *applied_by;
	dbc_value duration_ms;
	const char *const *depends_on; /* ended by NULL, never NULL itself */
	int rank; /* place among all: after what it depends on, else by version */
	int mark; /* of the planner's walk */
} dbc_migration;

typedef struct dbc_adopt_ledger dbc_adopt_ledger; /* see adopt/adopt.h */

typedef struct dbc_migrations
{
	dbc_migration *items; /* in order of version, or that of their tool */
	int count;
	dbc_migration **by_version;	  /* the same by the bytes of their versions */
	const dbc_adopt_ledger *kept; /* of another tool, with which it agrees; or
								   * NULL */
} dbc_migrations;

/* ---- ledger/migrations.c ---- */

/* All migrations as dbcare's own ledger has them, without dependencies; none
 * without bookkeeping.  With details, description, definition, source,
 * verifiable, applied_at, applied_by and duration_ms are there, too. */
extern dbc_migrations dbc_ledger_read(dbc_host *host, bool details);

/* Puts a list in order, with dependencies and what was interrupted. */
extern void dbc_ledger_complete(dbc_host *host, dbc_migrations *list);

/* Fails if a migration is more than a thousand dependencies away. */
extern void dbc_ledger_limit_dependencies(dbc_host *host,
										  const dbc_migration *migration,
										  int depth);

extern dbc_migration *dbc_ledger_find_migration(const dbc_migrations *list,
												const char *version);

/* The same, however many zeros the version begins with. */
extern dbc_migration *dbc_ledger_find_version(const dbc_migrations *list,
											  const char *version);

/* The same, failing for a version that is not there. */
extern dbc_migration *dbc_ledger_require_migration(dbc_host *host,
												   const dbc_migrations *list,
												   const char *version);

/* Whether one migration comes after another: by version; changesets, whose
 * versions are names, by what they depend on, and before all that has a
 * number. */
extern bool dbc_ledger_comes_after(const dbc_migration *migration,
								   const dbc_migration *other);

/* The applied migration that comes last (repeatable ones aside, which have no
 * place in the order), or NULL; and its version. */
extern const dbc_migration *dbc_ledger_last_applied(const dbc_migrations *list);
extern const char *dbc_ledger_last_applied_version(const dbc_migrations *list);

extern const char *dbc_ledger_state_name(dbc_ledger_state state);

/* What a migration depends on, as JSON text. */
extern const char *dbc_ledger_dependencies_json(dbc_host *host,
												const dbc_migration *migration);

/* Refuses a version that cannot be one; what names the argument. */
extern void dbc_ledger_check_version(dbc_host *host, const char *version,
									 const char *what);

/* ---- ledger/deployment.c ---- */

/* The version of the tables that these notes came with. */
#define DBC_LEDGER_HAS_DEPLOYMENT 2

/* The first statement of a script, from 1, that an earlier dbmigrate_deploy()
 * did not finish, and whether it was begun; 0 if there is none.  The script has
 * the given checksum. */
extern int dbc_ledger_find_interrupted(dbc_host *host,
									   const dbc_migration *migration,
									   const char *checksum, bool *begun);

/* Applied migrations whose down script an earlier dbmigrate_deploy() did not
 * finish outside a transaction: version, statement_no. */
extern const dbc_rows *dbc_ledger_find_unfinished_rollbacks(dbc_host *host);

/* Notes how far the script of a migration has come that runs outside a
 * transaction: its first statement that is not done, and whether it is begun.
 */
extern void dbc_ledger_save_progress(dbc_host *host,
									 const dbc_migration *migration,
									 int statement_no, bool begun);

/* Takes the mark of a failure off a migration, and with it what is known of
 * where a dbmigrate_deploy() left it. */
extern void dbc_ledger_clear_failed(dbc_host *host,
									const dbc_migration *migration);

/* ---- ledger/text_diff.c ---- */

/* Whether two texts differ in white space around their lines at most. */
extern bool dbc_ledger_same_except_layout(dbc_host *host, const char *left,
										  const char *right);

/* The lines that are in one of two texts only, for people; each begins with a
 * line feed and a sign, "-" for the old text and "+" for the new one. */
extern const char *dbc_ledger_diff_lines(dbc_host *host, const char *old_text,
										 const char *new_text);

#endif /* DBC_LEDGER_LEDGER_H */
