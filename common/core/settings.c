/*
 * settings.c
 *	  Settings, and the functions that show and change them.
 */
#include "common/core/settings.h"

#include <math.h>
#include <string.h>

#include "common/core/act.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/json.h"
#include "common/core/rights.h"
#include "common/core/tables.h"
#include "common/core/wording.h"

struct dbc_setting_values
{
	/* name, value; NULL if dbcare's tables do not exist */
	const dbc_rows *rows;
};

#define DBC_SETTING(name, type, setter, default_value, minimum, maximum, \
					description)                                         \
	{#name,	  DBC_SET_##type, DBC_SET_BY_##setter, default_value,        \
	 minimum, maximum,		  description,		   DBC_ON_BOTH},
const dbc_setting dbc_settings[] = {
#include "common/core/settings.def"
};
#undef DBC_SETTING
const int dbc_nsettings = sizeof(dbc_settings) / sizeof(dbc_settings[0]);

const char *const dbc_environments[] = {"development", "testing", "staging",
										"production", NULL};

/* The source of an effective value. */
typedef enum value_source
{
	SOURCE_DEFAULT,
	SOURCE_STORED,
	SOURCE_GUC
} value_source;

static const char *const source_names[] = {"default", "stored", "guc"};

/* ---- declarations ---- */

/* A hint about a misspelt name. */
static const char *
guess_setting(dbc_host *host, const char *name)
{
	const dbc_setting_family *const *family;
	const char **names = NULL;
	dbc_setting setting;
	size_t count = 0;

	for (int i = 0; i < dbc_nsettings; i++)
	{
		names = dbc_grow(host, names, count, sizeof(*names));
		names[count++] = dbc_settings[i].name;
	}
	for (family = dbc_setting_families; *family; family++)
		for (int i = 0; (*family)->declare(host, i, &setting); i++)
		{
			names = dbc_grow(host, names, count, sizeof(*names));
			names[count++] = setting.name;
		}
	names = dbc_grow(host, names, count, sizeof(*names));
	names[count] = NULL;
	return dbc_did_you_mean(host, name, names);
}

/* Finds a setting named by the user. */
static dbc_setting
require_setting(dbc_host *host, const char *name)
{
	const dbc_setting_family *const *family;
	dbc_setting setting;

	for (int i = 0; i < dbc_nsettings; i++)
		if (dbc_same(dbc_settings[i].name, name))
			return dbc_settings[i];
	for (family = dbc_setting_families; *family; family++)
		for (int i = 0; (*family)->declare(host, i, &setting); i++)
			if (dbc_same(setting.name, name))
				return setting;
	dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
			 dbc_format(host, "%sdbcare_settings() lists all settings.",
						guess_setting(host, name)),
			 "setting \"%s\" does not exist", name);
}

/* Fails unless value is valid for the setting; origin describes its source. */
static void
check_value(dbc_host *host, const dbc_setting *setting, const char *value,
			const char *origin)
{
	const char *const *environment = dbc_environments;
	const char *wants = NULL;
	double number;
	int minutes;

	switch (setting->type)
	{
		case DBC_SET_TEXT:
			break;
		case DBC_SET_BOOL:
			if (!dbc_same(value, "true") && !dbc_same(value, "false"))
				wants = "The value must be true or false.";
			break;
		case DBC_SET_INT:
		case DBC_SET_REAL:
			if (!dbc_parse_real(value, &number) || number < setting->minimum ||
				number > setting->maximum ||
				(setting->type == DBC_SET_INT && number != floor(number)))
				wants = dbc_format(
					host, "The value must be a %snumber from %s to %s.",
					setting->type == DBC_SET_INT ? "whole " : "",
					dbc_real_text(host, setting->minimum),
					dbc_real_text(host, setting->maximum));
			break;
		case DBC_SET_TIME_OF_DAY:
			if (!dbc_parse_time_of_day(value, &minutes))
				wants = "The value must be a time from 00:00 to 23:59.";
			break;
		case DBC_SET_ENVIRONMENT:
			while (*environment && !dbc_same(*environment, value))
				environment++;
			if (!*environment)
				wants = "The value must be development, testing, staging or "
						"production.";
			break;
	}
	if (wants)
		dbc_fail(host, DBC_INVALID_PARAMETER, wants, NULL,
				 "setting \"%s\" cannot be \"%s\"%s", setting->name, value,
				 origin);
}

/* ---- values ---- */

const dbc_setting_values *
dbc_read_settings(dbc_host *host)
{
	dbc_setting_values *stored = dbc_alloc(host, sizeof(*stored));

	if (!dbc_has_tables(host))
		return stored;
	stored->rows = dbc_query(host, "core/settings");
	for (int i = 0; i < stored->rows->nrows; i++)
	{
		(void) dbc_get_text(host, stored->rows, i, 0);
		(void) dbc_get_text(host, stored->rows, i, 1);
	}
	return stored;
}

static const char *
stored_value(dbc_host *host, const dbc_setting_values *stored, const char *name)
{
	for (int i = 0; stored->rows && i < stored->rows->nrows; i++)
		if (dbc_same(dbc_get_text(host, stored->rows, i, 0), name))
			return dbc_get_text(host, stored->rows, i, 1);
	return NULL;
}

/* The effective value of a setting as text, and its source. */
static const char *
find_value(dbc_host *host, const dbc_setting_values *stored,
		   const dbc_setting *setting, value_source *source)
{
	const char *guc = dbc_engine_setting(host, setting->name);
	const char *value = stored_value(host, stored, setting->name);

	/* production takes precedence over any other environment */
	if (guc && !(setting->type == DBC_SET_ENVIRONMENT && value &&
				 dbc_same(value, "production")))
	{
		*source = SOURCE_GUC;
		return guc;
	}
	*source = value ? SOURCE_STORED : SOURCE_DEFAULT;
	return value ? value : setting->default_value;
}

const char *
dbc_setting_value(dbc_host *host, const dbc_setting_values *stored,
				  const dbc_setting *setting)
{
	value_source source;
	const char *value = find_value(host, stored, setting, &source);

	if (source != SOURCE_DEFAULT)
		check_value(host, setting, value,
					source == SOURCE_STORED ? " (stored)"
											: " (configuration parameter)");
	return value;
}

const char *
dbc_setting_text(dbc_host *host, const dbc_setting_values *stored,
				 dbc_setting_id id)
{
	return dbc_setting_value(host, stored, &dbc_settings[id]);
}

double
dbc_setting_real(dbc_host *host, const dbc_setting_values *stored,
				 dbc_setting_id id)
{
	const char *text = dbc_setting_text(host, stored, id);
	double number = NAN;

	if (text)
		(void) dbc_parse_real(text, &number);
	return number;
}

int64_t
dbc_setting_int(dbc_host *host, const dbc_setting_values *stored,
				dbc_setting_id id)
{
	return (int64_t) dbc_setting_real(host, stored, id);
}

const char *
dbc_actor(dbc_host *host, const dbc_setting_values *stored)
{
	const char *actor = dbc_setting_text(host, stored, DBC_SETTING_actor);
	const char *guc = dbc_engine_setting(host, "actor");

	if (!actor)
		return host->user;
	/* any session can set the GUC, so it does not prove who acts */
	if (guc && !dbc_same(guc, host->user))
		return dbc_format(host, "%s (%s)", actor, host->user);
	return actor;
}

void
dbc_require_confirmation(dbc_host *host, const dbc_setting_values *stored,
						 const char *confirm, const char *harm,
						 const char *detail)
{
	const char *environment =
		dbc_setting_text(host, stored, DBC_SETTING_environment);
	const char *database;

	if (!dbc_same(environment, "production"))
		return;
	database = dbc_database_name(host);
	if (confirm && dbc_same(confirm, database))
		return;
	dbc_fail(host, DBC_INVALID_PARAMETER, detail,
			 dbc_format(host, "Repeat the call with {\"confirm\": \"%s\"}.",
						database),
			 confirm ? "\"%s\" is not the name of this production database"
					 : "this database is in production and the call %s",
			 confirm ? confirm : harm);
}

/* Reads a number of the call's options; false if it is missing or no number. */
static bool
find_number(dbc_host *host, const char *name, double *number)
{
	const dbc_field *field = host->function->args;

	for (int i = 0; field[i].type != DBC_T_END; i++)
		if (dbc_same(field[i].name, "options"))
			return dbc_json_real(
				host, dbc_json_find(host, &host->args[i], name), number);
	return false;
}

/* How long everybody who uses a table may have to queue, in milliseconds. */
#define SCHEMA_LOCK_TIMEOUT_MS 1000

int64_t
dbc_lock_timeout(dbc_host *host)
{
	double timeout_ms;

	if (find_number(host, "lock_timeout_ms", &timeout_ms) && timeout_ms >= -1 &&
		timeout_ms <= DBC_LOCK_TIMEOUT_MAX)
		return (int64_t) timeout_ms;
	return dbc_setting_int(host, dbc_read_settings(host),
						   DBC_SETTING_lock_timeout_ms);
}

int64_t
dbc_schema_lock_timeout(dbc_host *host)
{
	int64_t timeout_ms = dbc_lock_timeout(host);

	if (timeout_ms < 0 && dbc_find_sql(host, "core/lock_timeout") &&
		dbc_get_bool(host, dbc_query(host, "core/lock_timeout"), 0, 0))
		return SCHEMA_LOCK_TIMEOUT_MS;
	return timeout_ms;
}

int64_t
dbc_lock_attempts(dbc_host *host)
{
	double retries;

	return find_number(host, "retries", &retries) && retries >= 0 &&
				   retries <= DBC_RETRIES_MAX
			   ? (int64_t) retries + 1
			   : 1;
}

/* ---- SQL functions ---- */

/* Emits one row of dbcare_settings(), even if the value is invalid. */
static void
emit_setting(dbc_host *host, const dbc_setting_values *stored,
			 const dbc_setting *setting)
{
	value_source source;
	const char *value = find_value(host, stored, setting, &source);

	dbc_emit(host, dbc_text(setting->name), dbc_text(value),
			 dbc_text(setting->default_value), dbc_text(source_names[source]),
			 dbc_text(setting->description));
}

/* dbcare_settings() */
DBC_RUN(dbcare_settings)
{
	const dbc_setting_values *stored = dbc_read_settings(host);
	const dbc_setting_family *const *family;
	dbc_setting setting;

	for (int i = 0; i < dbc_nsettings; i++)
		emit_setting(host, stored, &dbc_settings[i]);
	for (family = dbc_setting_families; *family; family++)
		for (int i = 0; (*family)->declare(host, i, &setting); i++)
			if (dbc_is_here(host, setting.engines))
				emit_setting(host, stored, &setting);
}

/* dbcare_get(name) */
DBC_RUN(dbcare_get)
{
	dbc_setting setting = require_setting(host, args->name.text);

	dbc_emit(host, dbc_text(dbc_setting_value(host, dbc_read_settings(host),
											  &setting)));
}

/* A scalar as the text to store; NULL for null. */
static const char *
value_as_text(dbc_host *host, const dbc_setting *setting,
			  const dbc_value *value)
{
	switch (value->kind)
	{
		case DBC_NULL:
			return NULL;
		case DBC_BOOL:
			return value->integer ? "true" : "false";
		case DBC_INT:
			/* SQLite has no boolean type */
			if (setting->type == DBC_SET_BOOL && (value->integer & ~1) == 0)
				return value->integer ? "true" : "false";
			return dbc_format(host, "%lld", (long long) value->integer);
		case DBC_REAL:
			return dbc_real_text(host, value->real);
		case DBC_TEXT:
		case DBC_JSON:
			break;
	}
	return value->text;
}

/* Fails unless the caller may change a setting that protects something; logs
 * that it is changed. */
static void
change_protection(dbc_host *host, const dbc_setting *setting, const char *value)
{
	dbc_json_node *details = dbc_json_object(host);

	dbc_require_tables_owner(host,
							 dbc_format(host, "setting \"%s\"", setting->name));
	DBC_PUT_TEXT(details, setting, setting->name);
	DBC_PUT_TEXT(details, old,
				 stored_value(host, dbc_read_settings(host), setting->name));
	DBC_PUT_TEXT(details, new, value);
	dbc_log_protection(host, NULL, NULL, details);
}

/* dbcare_set(name, value) */
DBC_RUN(dbcare_set)
{
	dbc_setting setting = require_setting(host, args->name.text);
	const char *text = value_as_text(host, &setting, &args->value);
	dbc_json_node *result = dbc_json_object(host);

	if (text)
		check_value(host, &setting, text, "");
	if (text && !host->traits->one_file &&
		dbc_same(setting.name, "audit_anchor_file"))
		dbc_fail(host, DBC_UNSUPPORTED,
				 "The server writes to the file, so a superuser has to choose "
				 "it.",
				 "Set the configuration parameter dbcare.audit_anchor_file.",
				 "setting \"%s\" cannot be stored in the database",
				 setting.name);
	dbc_need_tables(host);
	if (setting.setter != DBC_SET_BY_ANYBODY)
		change_protection(host, &setting, text);
	if (text)
		dbc_query(host, "core/setting_store", dbc_text(setting.name),
				  dbc_text(text),
				  dbc_text(dbc_actor(host, dbc_read_settings(host))));
	else
		dbc_query(host, "core/setting_remove", dbc_text(setting.name));
	DBC_PUT_TEXT(result, name, setting.name);
	DBC_PUT_TEXT(result, value,
				 dbc_setting_value(host, dbc_read_settings(host), &setting));
	dbc_json_emit(host, result);
}
