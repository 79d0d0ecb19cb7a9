/*
 * ledger.h
 *	  dbcare's ledger: registered and applied migrations, and the progress of
 *	  a script that runs outside a transaction.
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
	DBC_MISSING	  /* applied, but no longer registered */
} dbc_ledger_state;

/* A migration that is registered or applied, without the text of its scripts.
 */
typedef struct dbc_migration
{
	const char *version;
	const char *name;
	const char *description;
	const char *checksum;	/* of the registered up script, or NULL */
	const char *definition; /* checksum of everything that was registered */
	bool transactional;
	bool repeatable;
	const char *environments; /* JSON array, or NULL for all */
	const char *source;
	bool from_file;		 /* registered from a file of a migration tool */
	const char *failure; /* message of its last failure, or NULL */
	bool reversible;	 /* has a down script that contains a statement */
	bool empty_down;	 /* has a down script without a statement */
	bool verifiable;
	dbc_ledger_state state;
	bool registered;
	bool applied;
	bool baseline;	   /* applied, but not by dbcare */
	const char *order; /* sort key among versions, compared byte by byte */
	bool own_order;	   /* order is given by its tool, not by its version */
	int64_t position;  /* number in the order of application */
	const char *applied_at;
	const char *applied_by;
	dbc_value duration_ms;
	const char *const *depends_on; /* ends with NULL, never NULL itself */
	int rank; /* in the order of all: dependencies first, then by version */
	int mark; /* state in the planner's walk */
} dbc_migration;

typedef struct dbc_adopt_ledger dbc_adopt_ledger; /* see adopt/adopt.h */

typedef struct dbc_migrations
{
	dbc_migration *items; /* ordered by version, or by order where the tool
						   * gives one */
	int count;
	dbc_migration **by_version; /* the same migrations, sorted by the bytes of
								 * their versions */
	const dbc_adopt_ledger *mirrored; /* ledger of another tool that dbcare also
									   * writes, or NULL */
} dbc_migrations;

/* ---- ledger/migrations.c ---- */

/* All migrations in dbcare's own ledger, without dependencies; none if dbcare's
 * tables do not exist.  With details, also fills description, definition,
 * source, from_file, failure, verifiable, applied_at, applied_by and
 * duration_ms. */
extern dbc_migrations dbc_ledger_read(dbc_host *host, bool details);

/* Sorts a list and fills in dependencies and interrupted migrations. */
extern void dbc_ledger_complete(dbc_host *host, dbc_migrations *list);

/* Fails if a chain of dependencies is longer than a thousand migrations. */
extern void dbc_ledger_limit_dependencies(dbc_host *host,
										  const dbc_migration *migration,
										  int depth);

extern dbc_migration *dbc_ledger_find_migration(const dbc_migrations *list,
												const char *version);

/* Like dbc_ledger_find_migration(), but ignores leading zeros. */
extern dbc_migration *dbc_ledger_find_version(const dbc_migrations *list,
											  const char *version);

/* Like dbc_ledger_find_version(), but fails if the version does not exist. */
extern dbc_migration *dbc_ledger_require_migration(dbc_host *host,
												   const dbc_migrations *list,
												   const char *version);

/* Whether one migration comes after another, by version.  Changesets have names
 * for versions: they are ordered by their dependencies, and come before every
 * migration with a number. */
extern bool dbc_ledger_comes_after(const dbc_migration *migration,
								   const dbc_migration *other);

/* The last applied migration in order, or NULL, and its version.  Repeatable
 * migrations have no place in the order and are skipped. */
extern const dbc_migration *dbc_ledger_last_applied(const dbc_migrations *list);
extern const char *dbc_ledger_last_applied_version(const dbc_migrations *list);

extern const char *dbc_ledger_state_name(dbc_ledger_state state);

/* The dependencies of a migration, as JSON text. */
extern const char *dbc_ledger_dependencies_json(dbc_host *host,
												const dbc_migration *migration);

/* Fails if a version is empty, too long or contains a control character; what
 * names the argument in the message. */
extern void dbc_ledger_check_version(dbc_host *host, const char *version,
									 const char *what);

/* ---- ledger/deployment.c ---- */

/* How far an earlier dbmigrate_deploy() came with a script. */
typedef struct dbc_ledger_progress
{
	int statement_no;	  /* the first unfinished one, from 1; 0: none */
	bool begun;			  /* whether it was begun */
	const char *checksum; /* of the script */
} dbc_ledger_progress;

/* The progress of the script of a migration, up or down. */
extern dbc_ledger_progress dbc_ledger_find_progress(dbc_host *host,
													const char *version);

/* Applied migrations with a down script that an earlier dbmigrate_deploy() left
 * unfinished outside a transaction: version, statement_no. */
extern const dbc_rows *dbc_ledger_find_unfinished_rollbacks(dbc_host *host);

/* Records the progress of a script outside a transaction: its first unfinished
 * statement, and whether that statement was begun. */
extern void dbc_ledger_save_progress(dbc_host *host,
									 const dbc_migration *migration,
									 int statement_no, bool begun);

/* Deletes the recorded progress of the script of a migration. */
extern void dbc_ledger_remove_progress(dbc_host *host, const char *version);

/* Clears the failure of a migration and the recorded progress of its script. */
extern void dbc_ledger_clear_failed(dbc_host *host,
									const dbc_migration *migration);

/* ---- ledger/text_diff.c ---- */

/* Whether two texts differ at most in white space around lines. */
extern bool dbc_ledger_same_except_layout(dbc_host *host, const char *left,
										  const char *right);

/* The lines that are in only one of two texts, for a message.  Each begins with
 * a line feed and a sign: "-" for the old text, "+" for the new one. */
extern const char *dbc_ledger_diff_lines(dbc_host *host, const char *old_text,
										 const char *new_text);

#endif /* DBC_LEDGER_LEDGER_H */
