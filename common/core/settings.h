/*
 * settings.h
 *	  Settings: declared in settings.def and by the settings families of the
 *	  rooms; stored in dbcare's tables; on PostgreSQL a GUC overrides the stored
 *	  value.
 */
#ifndef DBC_CORE_SETTINGS_H
#define DBC_CORE_SETTINGS_H

#include "common/core/host.h"

/* One day. */
#define DBC_LOCK_TIMEOUT_MAX 86400000

typedef enum dbc_setting_type
{
	DBC_SET_TEXT,
	DBC_SET_BOOL,
	DBC_SET_INT,
	DBC_SET_REAL,
	DBC_SET_TIME_OF_DAY, /* HH:MM in UTC */
	DBC_SET_ENVIRONMENT
} dbc_setting_type;

/* Who may change a setting on PostgreSQL. */
typedef enum dbc_setter
{
	DBC_SET_BY_ANYBODY, /* who may call dbcare_set(); any session its parameter
						 */
	DBC_SET_BY_SESSION, /* the owner of dbcare's tables; any session its
						 * parameter, which is then told apart */
	DBC_SET_BY_OWNER	/* the owner of dbcare's tables; superusers the
						 * parameter */
} dbc_setter;

typedef struct dbc_setting
{
	const char *name;
	dbc_setting_type type;
	dbc_setter setter;
	const char *default_value; /* NULL: no default */
	double minimum;
	double maximum;
	const char *description;
	int engines; /* DBC_ON_* */
} dbc_setting;

/* The settings of core/settings.def, for hosts that declare them as GUCs. */
#define DBC_SETTING(name, ...) DBC_SETTING_##name,
typedef enum dbc_setting_id
{
#include "common/core/settings.def"
} dbc_setting_id;
#undef DBC_SETTING
extern const dbc_setting dbc_settings[];
extern const int dbc_nsettings;

/* Settings that a room has for each entry of a table, such as three for each
 * health check. */
typedef struct dbc_setting_family
{
	/* Describes the n-th setting, from 0; false if there are no more. */
	bool (*declare)(dbc_host *host, int n, dbc_setting *setting);
} dbc_setting_family;

/* The families of all rooms, ended by NULL (registry/settings.c). */
extern const dbc_setting_family *const dbc_setting_families[];

/* The names of environments, ended by NULL. */
extern const char *const dbc_environments[];

/* All stored settings, read once for the lookups below. */
typedef struct dbc_setting_values dbc_setting_values;
extern const dbc_setting_values *dbc_read_settings(dbc_host *host);

/* The effective value of a setting, or NULL. Fails for a stored or configured
 * value that is invalid, and names its source. */
extern const char *dbc_setting_text(dbc_host *host,
									const dbc_setting_values *stored,
									dbc_setting_id id);
extern int64_t dbc_setting_int(dbc_host *host, const dbc_setting_values *stored,
							   dbc_setting_id id);
extern double dbc_setting_real(dbc_host *host, const dbc_setting_values *stored,
							   dbc_setting_id id);

/* The same for a declared setting. */
extern const char *dbc_setting_value(dbc_host *host,
									 const dbc_setting_values *stored,
									 const dbc_setting *setting);

/* The actor to record: the setting actor, else the session user; "setting
 * (user)" if it is a GUC that any session can set. */
extern const char *dbc_actor(dbc_host *host, const dbc_setting_values *stored);

/* In production, fails unless confirm is the name of the database; harm
 * describes what "the call" does, detail why that matters. */
extern void dbc_require_confirmation(dbc_host *host,
									 const dbc_setting_values *stored,
									 const char *confirm, const char *harm,
									 const char *detail);

/* The maximum lock wait of a call in milliseconds: its option lock_timeout_ms,
 * else the setting; -1 leaves it to the engine.  A host that waits before it
 * runs the function calls this, too, so an invalid option is ignored here: the
 * function will reject it. */
extern int64_t dbc_lock_timeout(dbc_host *host);

/* The most retries of a call after a failure to get a lock. */
#define DBC_RETRIES_MAX 100

/* How often the call may wait so long: once, and as often as its option retries
 * says. */
/* The same for a call that changes the schema of a table in use: without a
 * lock_timeout, [PG] a second. */
extern int64_t dbc_schema_lock_timeout(dbc_host *host);

extern int64_t dbc_lock_attempts(dbc_host *host);

#endif /* DBC_CORE_SETTINGS_H */
