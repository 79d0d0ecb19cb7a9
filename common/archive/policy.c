/*
 * policy.c
 *	  dbarchive_policy and dbarchive_policies: stored retention policies.
 */
#include "common/archive/policy.h"

#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

const char *const dbc_policy_action_names[] = {"archive", "delete", "anonymise",
											   "purge", NULL};

const dbc_option_value *
dbc_policy_period(const dbc_policy_options *given, dbc_policy_action action)
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

static const dbc_policy_options *
read_options(dbc_host *host, const dbc_value *json)
{
	DBC_OPTIONS(options, DBC_POLICY_OPTIONS);

	return (const dbc_policy_options *) dbc_read_options(host, json, options);
}

const dbc_policy_options *
dbc_policy_read(dbc_host *host, const char *json)
{
	dbc_value value = dbc_json(json);

	return read_options(host, &value);
}

/* Fails if two options need or exclude each other. */
static void
check_options(dbc_host *host, const dbc_policy_options *given)
{
	bool acts = false;

	for (int i = DBC_POLICY_ARCHIVE; i <= DBC_POLICY_ANONYMISE; i++)
		acts = acts || dbc_policy_period(given, i)->given;
	if (acts && !given->timestamp_column.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Name the column that has the time of a row.",
				 "option \"timestamp_column\" is missing");
	if (given->archive_after_days.given && given->delete_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Make two policies with different conditions.",
				 "options \"archive_after_days\" and \"delete_after_days\" "
				 "exclude each other");
	if (given->columns.given != given->anonymise_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "columns is an object: {\"column\": \"SQL expression\"}.",
				 "options \"anonymise_after_days\" and \"columns\" need each "
				 "other");
	if (!acts && !given->purge_deleted_after_days.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass archive_after_days, delete_after_days, "
				 "anonymise_after_days or purge_deleted_after_days.",
				 "the policy does nothing");
}

/* Tries the actions of a policy. */
static void
try_actions(dbc_host *host, const dbc_relation *table,
			const dbc_policy_options *given)
{
	for (int i = DBC_POLICY_ARCHIVE; i <= DBC_POLICY_ANONYMISE; i++)
		if (dbc_policy_period(given, i)->given)
			dbc_policy_prepare(host, &(dbc_policy_rows){.table = table,
														.options = given,
														.action = i});
}

/* Removes a policy. */
static void
drop(dbc_host *host, int64_t id)
{
	dbc_query(host, "archive/policy_drop", dbc_int(id));
	dbc_query(host, "archive/policy_forget", dbc_int(id));
}

/* dbarchive_policy(relation, options) */
DBC_RUN(dbarchive_policy)
{
	const dbc_relation *table = dbc_check_user_table(host, &args->relation);
	const dbc_policy_options *given = read_options(host, &args->options);
	const char *name = given->name.given ? given->name.text : "default";
	dbc_json_node *result = dbc_json_object(host);
	const dbc_rows *stored;

	dbc_need_tables(host);
	if (!given->remove.integer)
	{
		check_options(host, given);
		try_actions(host, table, given);
	}
	stored = dbc_query(host, "archive/policies", dbc_text(table->shown),
					   dbc_text(name));
	if (!given->remove.integer)
		dbc_query(host, "archive/policy_store", dbc_text(table->shown),
				  dbc_text(name), dbc_text(args->options.text),
				  dbc_text(dbc_actor(host, dbc_read_settings(host))));
	else if (stored->nrows > 0)
		drop(host, dbc_get_int(host, stored, 0, 0));
	else
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbarchive_policies() lists the policies.",
				 "table %s has no policy \"%s\"", table->shown, name);
	dbc_json_put_text(result, "table_name", table->shown);
	dbc_json_put_text(result, "name", name);
	dbc_json_put_text(result, "action",
					  given->remove.integer ? "removed"
					  : stored->nrows > 0	? "replaced"
											: "added");
	dbc_json_emit(host, result);
}

/* dbarchive_policies() */
DBC_RUN(dbarchive_policies)
{
	const dbc_rows *rows;

	(void) args;
	if (dbc_tables_version(host) < DBC_ARCHIVE_VERSION)
		return;
	rows = dbc_query(host, "archive/policies", dbc_null(), dbc_null());
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ittjttTTIT");

		dbc_emit(host, cells[1], cells[2], cells[3], cells[4], cells[5],
				 cells[6], cells[7], cells[8], cells[9]);
	}
}
