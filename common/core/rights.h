/*
 * rights.h
 *	  What only the owner of a table, or of dbcare's tables, may do.
 *
 * dbcare's functions write its tables as their owner, so each function that
 * changes what dbcare has of a table, or lowers a protection, asks for these
 * rights before.  SQLite has no roles: whoever can write the file has them.
 */
#ifndef DBC_CORE_RIGHTS_H
#define DBC_CORE_RIGHTS_H

#include "common/core/host.h"

/* The error if the name of a table has become that of another one. */
#define DBC_ANOTHER_TABLE "%s has become another table during the call"

/* Something that is stored to run later. */
typedef struct dbc_stored
{
	const char *what;	/* such as: rule "positive" */
	const char *author; /* role that has stored it; NULL: the owner of dbcare's
						 * tables by hand, or an engine without roles */
	const char *hint;
} dbc_stored;

/* Fails unless the caller has the rights of the owner of dbcare's tables; what
 * is the act, such as "erasing values of the log". */
extern void dbc_require_tables_owner(dbc_host *host, const char *what);

/* Fails unless the caller has the rights of the owner of a table. */
extern void dbc_require_table_owner(dbc_host *host, const dbc_relation *table);

/* [PG] Fails unless the caller has a privilege, such as SELECT, on a table. */
extern void dbc_require_privilege(dbc_host *host, const dbc_relation *table,
								  const char *privilege);

/* Whether the engine has roles: else no author is what somebody is known to be.
 */
extern bool dbc_knows_authors(dbc_host *host);

/* Whether the author of something has the rights that it runs with: those of
 * the owner of a table, or if that is NULL of the current role. */
extern bool dbc_trusts_author(dbc_host *host, const char *author,
							  const dbc_relation *table);

/* Fails unless it has. */
extern void dbc_require_author(dbc_host *host, const dbc_stored *stored,
							   const dbc_relation *table);

/* Fails if the name of a table has become that of another one, of which nothing
 * was proven.  A lock on the table keeps nobody from renaming its schema. */
extern void dbc_require_same_table(dbc_host *host, const dbc_relation *table);

#endif /* DBC_CORE_RIGHTS_H */
