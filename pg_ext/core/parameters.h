/*
 * parameters.h
 *	  Configuration parameters of a call.
 */
#ifndef DBCPG_CORE_PARAMETERS_H
#define DBCPG_CORE_PARAMETERS_H

#include "pg_ext/core/host.h"

#include "pgtime.h"

/* Fails unless search_path is that of dbcare's own SQL: called before any
 * statement of dbcare is parsed, or may be planned again. */
extern void dbcpg_require_own_path(void);

/* Set that search_path until the current GUC level ends, another one for a text of
 * dbcare, or the caller's; and with it, what else decides what a text means: dbcare's
 * literals, and definitions that PostgreSQL writes for it, have no escapes. */
extern void dbcpg_set_own_path(void);
extern void dbcpg_set_path(const char *path);
extern void dbcpg_set_callers_path(const dbcpg_host *host);

/* Whether the caller's are those of dbcare's own SQL. */
extern bool dbcpg_has_callers_path(const dbcpg_host *host);

/* Pins parameters for the rest of the call, at the current GUC level. */
extern void dbcpg_pin_parameters(dbcpg_host *host);

/* Sets a parameter until the current GUC level ends. */
extern void dbcpg_set_parameter(const char *name, const char *value);

/* Sets those that affect the text of values, for code that runs as part of a
 * statement of others, until the current GUC level ends. */
extern void dbcpg_set_value_parameters(void);

/* The formats of times, numbers and bytes. */
typedef struct dbcpg_formats
{
	int date_style;
	int date_order;
	int interval_style;
	int bytea_output;
	int extra_float_digits;
	pg_tz *time_zone;
} dbcpg_formats;

/* Sets them as dbcpg_set_value_parameters() does, at once and without a GUC
 * level, for code that writes values of built-in types; and back, on failure,
 * too. */
extern void dbcpg_set_formats(dbcpg_formats *callers);
extern void dbcpg_restore_formats(const dbcpg_formats *callers);

/* Restore the caller's parameters, at the current GUC level: all but jit, and
 * jit, which is for statements that the caller has written.  Those that dbcare
 * makes have estimates without statistics, and compiling one takes seconds. */
extern void dbcpg_unpin_parameters(dbcpg_host *host);
extern void dbcpg_unpin_jit(dbcpg_host *host);

/* Restore only those that affect values, so that expressions of the caller's
 * table are evaluated under the caller's settings; and pin them again. */
extern void dbcpg_unpin_value_parameters(dbcpg_host *host);
extern void dbcpg_pin_value_parameters(dbcpg_host *host);

#endif /* DBCPG_CORE_PARAMETERS_H */
