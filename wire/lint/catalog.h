/*
 * catalog.h
 *	  Shared by the files that answer pg_ext/lint/catalog.h without a server.
 */
#ifndef DBCW_LINT_CATALOG_H
#define DBCW_LINT_CATALOG_H

#include "pg_ext/lint/catalog.h"

/* Forgets the settings of a script. */
extern void dbcw_reset_settings(void);

/* Whether a script has set the time zone to UTC. */
extern bool dbcw_is_utc(void);

#endif /* DBCW_LINT_CATALOG_H */
