/*
 * pragma.h
 *	  PRAGMAs of scripts, including foreign_keys.
 */
#ifndef DBCSL_CORE_PRAGMA_H
#define DBCSL_CORE_PRAGMA_H

#include "sqlite_ext/core/host.h"

typedef enum dbcsl_pragma_effect
{
	DBCSL_PRAGMA_OTHER,	  /* queries, or needs no undo */
	DBCSL_PRAGMA_SETTING, /* changes the connection */
	DBCSL_PRAGMA_WRITES,  /* writes to the database */
	DBCSL_PRAGMA_OUTSIDE, /* has no effect in a transaction */
	DBCSL_PRAGMA_HANDLER, /* removes a handler of the application */
	/* EXPLAIN of a PRAGMA, which may still have its effect */
	DBCSL_PRAGMA_EXPLAIN
} dbcsl_pragma_effect;

typedef struct dbcsl_pragma
{
	dbcsl_pragma_effect effect;
	const char *schema; /* or NULL */
	const char *name;
	const char *value; /* or NULL */
	const struct dbcsl_setting *setting;
} dbcsl_pragma;

/* Settings before a script changed them. */
typedef struct dbcsl_saved_settings dbcsl_saved_settings;

/* Parses a PRAGMA; false for any other statement. */
extern bool dbcsl_parse_pragma(dbcsl_host *h, const char *text,
							   dbcsl_pragma *pragma);

/* Adds the current value of a setting to *saved. */
extern void dbcsl_save_setting(dbcsl_host *h, const dbcsl_pragma *pragma,
							   dbcsl_saved_settings **saved);

/* Restores settings, the last saved one first; never fails. */
extern void dbcsl_restore_settings(dbcsl_host *h,
								   const dbcsl_saved_settings *saved);

/* ---- core/foreign_keys.c ---- */

/* Whether SQLite reads the value of a PRAGMA as on. */
extern bool dbcsl_is_on_value(const char *value);

/* Does what PRAGMA foreign_keys = value does, even inside a transaction.  When
 * that turns enforcement off, *before is set to the orphans. */
extern void dbcsl_set_foreign_keys(dbcsl_host *h, const char *value,
								   const dbc_rows **before);

/* Fails while violations of deferred foreign keys are pending. */
extern void dbcsl_refuse_deferred(dbcsl_host *h, const char *setting);

/* Fails if there are more orphans than before: rows of child, parent and their
 * number. */
extern void dbcsl_refuse_foreign_key_violations(dbcsl_host *h,
												const dbc_rows *before,
												const dbc_rows *after,
												const char *hint);

/* Checks the orphans left by a script; before may be NULL. */
extern void dbcsl_verify_foreign_keys(dbcsl_host *h, const dbc_rows *before);

#endif /* DBCSL_CORE_PRAGMA_H */
