/*
 * settings.h
 *	  Settings of the connection that scripts change, including foreign_keys.
 */
#ifndef DBCSL_CALL_SETTINGS_H
#define DBCSL_CALL_SETTINGS_H

#include "sqlite_ext/sql/pragma.h"

/* Settings before a script changed them. */
typedef struct dbcsl_saved_settings dbcsl_saved_settings;

/* Adds the current value of a setting to *saved. */
extern void dbcsl_save_setting(dbcsl_host *h, const dbcsl_pragma *pragma,
							   dbcsl_saved_settings **saved);

/* Restores settings, the last saved one first; never fails. */
extern void dbcsl_restore_settings(dbcsl_host *h,
								   const dbcsl_saved_settings *saved);

/* ---- call/foreign_keys.c ---- */

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

#endif /* DBCSL_CALL_SETTINGS_H */
