/*
 * pragma.h
 *	  PRAGMAs of scripts, foreign_keys among them.
 */
#ifndef DBCSL_CORE_PRAGMA_H
#define DBCSL_CORE_PRAGMA_H

#include "sqlite_ext/core/host.h"

typedef enum dbcsl_pragma_effect
{
	DBCSL_PRAGMA_OTHER,	  /* asks, or has an effect nobody must undo */
	DBCSL_PRAGMA_SETTING, /* changes the connection */
	DBCSL_PRAGMA_WRITES,  /* writes the database */
	DBCSL_PRAGMA_OUTSIDE, /* cannot do its work in a transaction */
	DBCSL_PRAGMA_HANDLER, /* takes a handler of the application away */
	DBCSL_PRAGMA_EXPLAIN  /* of EXPLAIN, which keeps few from acting */
} dbcsl_pragma_effect;

typedef struct dbcsl_pragma
{
	dbcsl_pragma_effect effect;
	const char *schema; /* or NULL */
	const char *name;
	const char *value; /* or NULL */
	const struct dbcsl_setting *setting;
} dbcsl_pragma;

/* Settings as they were before a script changed them. */
typedef struct dbcsl_saved_settings dbcsl_saved_settings;

/* Takes a statement apart; false if it is no PRAGMA. */
extern bool dbcsl_parse_pragma(dbcsl_host *h, const char *text,
							   dbcsl_pragma *pragma);

/* Adds the value a setting has now to *saved. */
extern void dbcsl_save_setting(dbcsl_host *h, const dbcsl_pragma *pragma,
							   dbcsl_saved_settings **saved);

/* Puts settings back, the last one saved first; never fails. */
extern void dbcsl_restore_settings(dbcsl_host *h,
								   const dbcsl_saved_settings *saved);

/* ---- core/foreign_keys.c ---- */

/* Whether a value of a PRAGMA means on, as SQLite reads it. */
extern bool dbcsl_is_on_value(const char *value);

/*
 * Does what PRAGMA foreign_keys = value asks for, inside a transaction too.
 * When that turns enforcement off, *before becomes the state of the rows.
 */
extern void dbcsl_set_foreign_keys(dbcsl_host *h, const char *value,
								   const dbc_rows **before);

/* Fails while violations of deferred foreign keys are pending. */
extern void dbcsl_refuse_deferred(dbcsl_host *h, const char *setting);

/* Fails if there are more rows without parent than before: rows of child,
 * parent and their number. */
extern void dbcsl_refuse_foreign_key_violations(dbcsl_host *h,
												const dbc_rows *before,
												const dbc_rows *after,
												const char *hint);

/* Checks the rows a script leaves; before may be NULL. */
extern void dbcsl_verify_foreign_keys(dbcsl_host *h, const dbc_rows *before);

#endif /* DBCSL_CORE_PRAGMA_H */
