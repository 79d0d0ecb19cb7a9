/*
 * schedule.c
 *	  dbbackup_schedule and dbbackup_status: a backup once a day, by monitoring.
 */
#include "common/backup/schedule.h"

#include "common/backup/create.h"
#include "common/backup/keep.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/tables.h"

#define HOUR_MS INT64_C(3600000)

DBC_OPTIONS(keep_rules, DBC_KEEP_RULES);

/* Columns of backup/schedule_role.sql. */
enum
{
	R_ROLE,
	R_LOGIN,
	R_PROGRAM,
	R_OWNER,
	R_TRUSTED
};

const dbc_schedule dbc_backup_schedule = {
	.id = 2,
	.function = "dbbackup_schedule",
	.calls = "backup/scheduled_calls",
	.late_ms = 6 * HOUR_MS,
	.most_ms = 23 * HOUR_MS,
	.has_role = true,
	.runs = "The process or thread that takes samples makes the backups.",
	.instead = "Call dbmonitor_start(), or dbbackup_create() and "
			   "dbbackup_cleanup() from cron.",
	.harm = "removes old backups"};

/* [PG] Fails if monitoring could not make backups as the current role. */
static void
require_role(dbc_host *host)
{
	const dbc_rows *rows;
	const char *role;

	if (!dbc_find_sql(host, "backup/schedule_role"))
		return;
	rows = dbc_query(host, "backup/schedule_role");
	role = dbc_get_text(host, rows, 0, R_ROLE);
	if (!dbc_get_bool(host, rows, 0, R_LOGIN))
		dbc_fail(host, DBC_INSUFFICIENT,
				 "The programs that make backups connect as the role that "
				 "schedules them.",
				 dbc_format(host, "alter role %s login;", role),
				 "role %s cannot log in", role);
	if (!dbc_get_bool(host, rows, 0, R_PROGRAM))
		dbc_fail(
			host, DBC_INSUFFICIENT,
			"Only roles with privileges of role "
			"pg_execute_server_program may do this.",
			dbc_format(host, "grant pg_execute_server_program to %s;", role),
			"permission denied to run programs of PostgreSQL on the "
			"server");
	if (!dbc_get_bool(host, rows, 0, R_TRUSTED))
		dbc_fail(host, DBC_INSUFFICIENT,
				 dbc_format(host,
							"Samples are taken with the rights of role %s, "
							"which owns dbcare's tables.",
							dbc_get_text(host, rows, 0, R_OWNER)),
				 dbc_format(host, "grant %s to %s;", role,
							dbc_get_text(host, rows, 0, R_OWNER)),
				 "monitoring cannot make backups as role %s", role);
}

/* Adds the members of a document to another one, except some. */
static void
copy_members(dbc_host *host, dbc_json_node *to, const char *json)
{
	dbc_json_entries entries = dbc_json_read_entries(host, json, "options");

	for (int i = 0; i < entries.count; i++)
	{
		const dbc_json_entry *e = &entries.list[i];
		dbc_value value = e->kind == DBC_I_NULL		? dbc_null()
						  : e->kind == DBC_I_STRING ? dbc_text(e->text)
													: dbc_json(e->text);

		if (!dbc_same(e->key, "keep") && !dbc_same(e->key, "confirm"))
			dbc_json_put_value(to, e->key, &value);
	}
}

dbc_json_node *
dbc_backup_cleanup_options(dbc_host *host, const char *keep,
						   const char *directory, const char *confirm)
{
	dbc_json_node *cleanup = dbc_json_object(host);
	dbc_value rules = dbc_json(keep);

	if (keep)
	{
		(void) dbc_read_options(host, &rules, keep_rules);
		copy_members(host, cleanup, keep);
	}
	if (directory)
		DBC_PUT_TEXT(cleanup, directory, directory);
	if (confirm)
		DBC_PUT_TEXT(cleanup, confirm, confirm);
	return cleanup;
}

/* The options of both calls, as they are stored. */
static const char *
read_options(dbc_host *host, const dbc_value *options,
			 const dbbackup_schedule_options *given)
{
	dbc_json_node *both = dbc_json_object(host);
	dbc_json_node *create = dbc_json_object(host);
	dbc_value create_value;
	dbc_backup_order order;

	if (options->kind != DBC_NULL)
		copy_members(host, create, options->text);
	create_value = dbc_json(dbc_json_text(create));
	order = dbc_backup_read_order(host, &create_value);
	if (order.method && dbc_same(order.method, "restore_point"))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "The value must be dump or base.",
				 "option \"method\" cannot be \"restore_point\"");
	if (order.to_command)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "Who may change dbcare's tables could change it.",
				 "Call dbbackup_create() from cron or pg_cron.",
				 "a command cannot be scheduled");
	(void) DBC_CALL(host, backup, directory)(host, order.directory, NULL, true);
	DBC_PUT(both, create, create);
	DBC_PUT(both, cleanup,
			dbc_backup_cleanup_options(host, given->keep.text,
									   given->directory.text,
									   given->confirm.text));
	return dbc_json_text(both);
}

dbc_backup_secret_place
dbc_backup_scheduled_key(dbc_host *host)
{
	dbc_schedule_state state = dbc_schedule_read(host, &dbc_backup_schedule);
	dbc_value options = dbc_json(state.at ? state.options : NULL);
	const dbc_json_item *create = dbc_json_find(host, &options, "create");
	const dbc_json_item *encrypt =
		create ? dbc_json_member(create, "encrypt") : NULL;

	return dbc_backup_read_place(
		host, "encrypt", encrypt ? dbc_json_value_text(host, encrypt) : NULL);
}

/* dbbackup_schedule(at, options) */
DBC_RUN(dbbackup_schedule)
{
	const dbbackup_schedule_options *given =
		dbc_read_options(host, &args->options, dbbackup_schedule_options);
	const char *at = args->at.kind == DBC_NULL ? NULL : args->at.text;
	const char *options = NULL;
	dbc_json_node *result = dbc_json_object(host);

	dbc_need_tables(host);
	if (at)
	{
		options = read_options(host, &args->options, given);
		require_role(host);
	}
	dbc_schedule_store(host, &dbc_backup_schedule, at, options,
					   given->confirm.text);
	DBC_PUT_TEXT(result, at, at);
	dbc_json_emit(host, result);
}

const char *
dbc_backup_describe_errors(dbc_host *host, const dbc_schedule_state *state)
{
	dbc_json_entries entries;
	const char *text = NULL;

	if (!state->at)
		return NULL;
	entries = dbc_json_read_entries(host, state->errors.text, "errors");
	for (int i = 0; i < entries.count; i++)
		text = dbc_format(host, "%s%s%s: %s", text ? text : "",
						  text ? "; " : "", entries.list[i].key,
						  entries.list[i].text ? entries.list[i].text : "");
	return text;
}

/* dbbackup_status() */
DBC_RUN(dbbackup_status)
{
	dbc_schedule_state state = dbc_schedule_read(host, &dbc_backup_schedule);

	(void) args;
	if (!state.at)
		return;
	dbc_emit(host, dbc_text(state.at), dbc_json(state.options), state.role,
			 state.next, state.last, state.finished,
			 dbc_text(dbc_backup_describe_errors(host, &state)),
			 dbc_text(state.why_resting));
}
