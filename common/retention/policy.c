/*
 * policy.c
 *	  dbarchive_policy and dbarchive_policies: stored retention policies.
 */
#include "common/retention/policy.h"

#include <string.h>

#include "common/check/check.h"
#include "common/check/user_table.h"
#include "common/core/act.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

const char *const dbc_retention_actions[] = {"archive", "delete", "anonymise",
											 "purge", NULL};

const dbc_option_value *
dbc_retention_period(const dbarchive_policy_options *given,
					 dbc_policy_action action)
{
	switch (action)
	{
		case DBC_POLICY_ARCHIVE:
			return &given->archive_after_days;
		case DBC_POLICY_DELETE:
			return &given->delete_after_days;
		case DBC_POLICY_ANONYMISE:
			return &given->anonymise_after_days;
		default:
			return &given->purge_deleted_after_days;
	}
}

/* Whether a policy says what it does to live rows. */
static bool
acts(const dbarchive_policy_options *given)
{
	return given->archive_after_days.given || given->delete_after_days.given ||
		   given->anonymise_after_days.given;
}

/* Reads options; a policy that only names the column of the time archives. */
static const dbarchive_policy_options *
read_options(dbc_host *host, const dbc_value *json)
{
	dbarchive_policy_options *given = dbc_alloc(host, sizeof(*given));

	memcpy(given, dbc_read_options(host, json, dbarchive_policy_options),
		   sizeof(*given));
	if (given->timestamp_column.given && !acts(given))
		given->archive_after_days = (dbc_option_value){
			.given = true,
			.integer = dbc_setting_int(host, dbc_read_settings(host),
									   DBC_SETTING_archive_after_days)};
	return given;
}

const dbarchive_policy_options *
dbc_retention_read(dbc_host *host, const char *json)
{
	dbc_value value = dbc_json(json);

	return read_options(host, &value);
}

/* Fails if two options need or exclude each other. */
static void
check_options(dbc_host *host, const dbarchive_policy_options *given)
{
	if (acts(given) && !given->timestamp_column.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Name the column that has the time of a row.",
				 "option \"timestamp_column\" is missing");
	if (given->archive_after_days.given && given->delete_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Make two policies with different conditions.",
				 "options \"archive_after_days\" and \"delete_after_days\" "
				 "exclude each other");
	if (given->to_directory.given &&
		(given->to.given || !given->archive_after_days.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 given->to.given ? "Archive the rows in a table or in files."
								 : "Say with archive_after_days when rows are "
								   "archived there.",
				 given->to.given
					 ? "options \"to\" and \"to_directory\" exclude each other"
					 : "option \"to_directory\" needs \"archive_after_days\"");
	if (given->columns.given != given->anonymise_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "columns is an object: {\"column\": \"SQL expression\"}.",
				 "options \"anonymise_after_days\" and \"columns\" need each "
				 "other");
	if (!acts(given) && !given->purge_deleted_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass timestamp_column to archive old rows, or "
				 "purge_deleted_after_days.",
				 "the policy does nothing");
}

/* Tries the actions of a policy. */
static void
try_actions(dbc_host *host, const dbc_relation *table,
			const dbarchive_policy_options *given)
{
	for (int i = DBC_POLICY_ARCHIVE; i <= DBC_POLICY_ANONYMISE; i++)
		if (dbc_retention_period(given, i)->given)
			dbc_retention_prepare(host, &(dbc_policy_rows){.table = table,
														   .options = given,
														   .action = i});
}

/* Fails unless the caller has the rights of the table's owner, with which
 * policies run. */
static void
require_owner(dbc_host *host, const dbc_relation *table)
{
	dbc_check_data_rule rule = {.name = "policy", .expression = "1 = 1"};

	DBC_CALL(host, check, try_rule)(host, table, &rule, NULL);
}

typedef struct finding_table
{
	const dbc_value *name;
	const dbc_relation *table;
} finding_table;

static void
find_table(dbc_host *host, void *arg)
{
	finding_table *f = arg;

	f->table = dbc_check_user_table(host, f->name);
	require_owner(host, f->table);
}

/* Removes a policy.  That of a table that no longer exists is found by the
 * name that dbarchive_policies() shows. */
static const char *
remove_policy(dbc_host *host, const dbc_value *relation, const char *name)
{
	finding_table f = {.name = relation};
	dbc_error error;
	bool found = dbc_guard(host, find_table, &f, DBC_KEEP, true, &error);
	const char *shown = found ? f.table->shown : relation->text;
	const dbc_rows *stored =
		dbc_query(host, "retention/policies", dbc_text(shown), dbc_text(name));

	if (!found &&
		(stored->nrows == 0 || !dbc_same(error.sqlstate, DBC_UNDEFINED_TABLE)))
		dbc_rethrow(host, &error);
	if (stored->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_policies() lists the policies.",
				 "table %s has no policy \"%s\"", shown, name);
	dbc_query(host, "retention/policy_drop",
			  dbc_int(dbc_get_int(host, stored, 0, 0)));
	dbc_query(host, "retention/policy_forget",
			  dbc_int(dbc_get_int(host, stored, 0, 0)));
	dbc_archive_forget_tables(host);
	return shown;
}

/* Stores a policy; sets *action to what that was. */
static const char *
store_policy(dbc_host *host, const dbc_value *relation, const char *name,
			 const dbc_value *options, const char **action)
{
	const dbc_relation *table = dbc_check_user_table(host, relation);
	const dbarchive_policy_options *given = read_options(host, options);
	dbc_json_node *details = dbc_json_object(host);
	const dbc_rows *stored;

	require_owner(host, table);
	check_options(host, given);
	try_actions(host, table, given);
	stored = dbc_query(host, "retention/policies", dbc_text(table->shown),
					   dbc_text(name));
	dbc_query(
		host, "retention/policy_store", dbc_text(table->shown), dbc_text(name),
		dbc_text(options->text),
		dbc_text(dbc_actor(host, dbc_read_settings(host))),
		dbc_text(host->role), dbc_int(dbc_archive_know_table(host, table)),
		dbc_get_value(host,
					  dbc_query(host, "retention/policy_shape",
								dbc_text(table->schema), dbc_text(table->name)),
					  0, 0));
	DBC_PUT_TEXT(details, policy, name);
	DBC_PUT_VALUE(details, options, options);
	dbc_log_protection(host, table, NULL, details);
	*action = stored->nrows > 0 ? "replaced" : "added";
	if (stored->nrows > 0)
		dbc_query(host, "retention/policy_forget",
				  dbc_int(dbc_get_int(host, stored, 0, 0)));
	return table->shown;
}

/* dbarchive_policy(relation, options) */
DBC_RUN(dbarchive_policy)
{
	const dbarchive_policy_options *given = read_options(host, &args->options);
	const char *name = given->name.given ? given->name.text : "default";
	dbc_json_node *result = dbc_json_object(host);
	const char *action = "removed";
	const char *table_name;

	dbc_need_tables(host);
	if (given->remove.integer)
		table_name = remove_policy(host, &args->relation, name);
	else
		table_name =
			store_policy(host, &args->relation, name, &args->options, &action);
	DBC_PUT_TEXT(result, table_name, table_name);
	DBC_PUT_TEXT(result, name, name);
	DBC_PUT_TEXT(result, action, action);
	dbc_json_emit(host, result);
}

/* dbarchive_policies() */
DBC_RUN(dbarchive_policies)
{
	const dbc_rows *rows;

	(void) args;
	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "retention/policies", dbc_null(), dbc_null());
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittjttTTITT");

		dbc_emit(host, cells[1], cells[2], cells[3], cells[4], cells[5],
				 cells[6], cells[7], cells[8], cells[9]);
	}
}
