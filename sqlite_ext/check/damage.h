/*
 * damage.h
 *	  What of a database file is damaged.
 */
#ifndef DBCSL_CHECK_DAMAGE_H
#define DBCSL_CHECK_DAMAGE_H

#include "sqlite_ext/core/host.h"

/* What of a table is lost; see check/host.h. */
extern const char *dbcsl_check_find_lost(dbc_host *host, const char *table);

/* Registers dbcare_damage(). */
extern int dbcsl_check_register_damage(sqlite3 *db);

/* ---- check/text.c ---- */

/* Registers dbcare_invalid_text(). */
extern int dbcsl_check_register_text(sqlite3 *db);

#endif /* DBCSL_CHECK_DAMAGE_H */
