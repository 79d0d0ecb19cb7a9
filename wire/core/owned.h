/*
 * owned.h
 *	  What is to be known of a table before queries run on it.
 *
 * A connection cannot run code with the rights of its owner alone, as the
 * extension does: a function that the owner of a table has chosen could become
 * the user again.  So tables with such code are used only if their owner has
 * the rights of the user anyway; and for a user with the rights of the owner, who
 * could add code meanwhile, the same holds for any table.
 */
#ifndef DBCW_CORE_OWNED_H
#define DBCW_CORE_OWNED_H

#include "wire/core/host.h"

typedef struct dbcw_owned
{
	int64_t relid;
	const char *path;	/* search_path for code of the owner */
	const char *danger; /* why no query may run, or NULL */
	bool is_small;
	bool owns;	 /* the user has the rights of the owner */
	bool trusts; /* the owner has those of the user */
} dbcw_owned;

/* The code that a statement runs: that of constraints and indexes, also that of
 * defaults, what writing rows and changing the table runs, or rules of dbcare,
 * which may call any function of the owner. */
typedef enum dbcw_code
{
	DBCW_CONSTRAINTS,
	DBCW_DEFAULTS,
	DBCW_CHANGES,
	DBCW_RULES
} dbcw_code;

extern dbcw_owned dbcw_describe_table(dbc_host *host, const dbc_relation *table,
									  dbcw_code code);

/* The same for a table or view whose name cannot change: the session has locked
 * it. */
extern dbcw_owned dbcw_judge_table(dbc_host *host, const dbc_relation *table,
								   dbcw_code code);

/* The same, and fails unless the user may change its rows. */
extern dbcw_owned dbcw_require_owner(dbc_host *host, const dbc_relation *table);

/* Fails if a statement that dbcare has made at run time, of a kind like
 * "select ... from [only] table", would run code with rights that its owner
 * does not have. */
extern void dbcw_refuse_untrusted_code(dbcw_host *h, const char *text);

/* The same for a script that is a repair (is_fix).  For indexes, VACUUM and
 * ANALYZE, PostgreSQL itself becomes the owner. */
extern void dbcw_refuse_untrusted_repair(dbcw_host *h,
										 const dbc_script *script);

/* Locks a table as statements do that read or change its rows, which needs no
 * right and runs no code: that analyzes such a statement.  Fails unless its name is
 * that of the table with an OID then.  So it stays while statements find the name
 * again: whoever makes one wait for the table could rename its schema meanwhile. */
extern void dbcw_hold_table(dbcw_host *h, const dbc_relation *table, int64_t id,
							bool changes);

#endif /* DBCW_CORE_OWNED_H */
