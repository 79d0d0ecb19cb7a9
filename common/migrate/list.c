/*
 * list.c
 *	  The SQL functions that list migrations.
 */
#include "common/migrate/migrate.h"

#include "common/core/functions.h"
#include "common/core/settings.h"
#include "common/core/tables.h"

/* The highest applied version and the number pending. */
void
dbc_migrate_summarize(dbc_host *host, void *summary)
{
	dbc_migrate_summary *result = summary;
	const char *environment = dbc_setting_text(host, dbc_read_settings(host),
											   DBC_SETTING_environment);

	result->list = dbc_migrate_list_migrations(host);
	result->version = dbc_ledger_last_applied_version(&result->list);
	result->pending = 0;
	for (int i = 0; i < result->list.count; i++)
	{
		const dbc_migration *m = &result->list.items[i];

		result->pending +=
			(m->state == DBC_PENDING || m->state == DBC_FAILED) &&
			dbc_migrate_is_for_environment(host, m, environment);
	}
}

const char *
dbc_migrate_difference_of(dbc_host *host, const char *version)
{
	const dbc_rows *rows =
		dbc_query(host, "ledger/both_texts", dbc_text(version));

	return dbc_ledger_diff_lines(host, dbc_get_text(host, rows, 0, 0),
								 dbc_get_text(host, rows, 0, 1));
}

/* ---- SQL functions ---- */

/* Why a migration is not what it should be, or waits; NULL if it is, and does
 * not.  *blocks is whether dbmigrate_apply() refuses to run because of that. */
static const char *
problem_of(dbc_host *host, const dbc_migrate_order *order,
		   const dbc_migrate_wait *waits, const dbc_migration *m, bool *blocks)
{
	*blocks = m->state == DBC_MODIFIED ||
			  (m->state == DBC_PENDING && !waits[m->rank].backfill &&
			   dbc_migrate_is_late(order, m));
	if (m->state == DBC_MODIFIED)
		return dbc_format(
			host, "the registered text is not the text that was applied:%s",
			dbc_migrate_difference_of(host, m->version));
	if (m->state == DBC_MISSING)
		return "the migration is applied but no longer registered";
	if (m->state == DBC_FAILED)
		return m->failure ? m->failure : "a deploy has not finished the script";
	if (m->state != DBC_PENDING)
		return NULL;
	if (waits[m->rank].backfill)
		return dbc_format(host, "waits for backfill \"%s\"",
						  waits[m->rank].backfill);
	return *blocks ? dbc_format(host, "older than \"%s\", which is applied",
								order->last->version)
				   : NULL;
}

/* dbmigrate_status() */
DBC_RUN(dbmigrate_status)
{
	const char *environment = dbc_setting_text(host, dbc_read_settings(host),
											   DBC_SETTING_environment);
	dbc_migrations list = dbc_migrate_describe_migrations(host);
	dbc_migrate_order order = dbc_migrate_read_order(host, &list);
	const dbc_migrate_wait *waits =
		dbc_migrate_find_waits(host, &list, environment);

	for (int i = 0; i < list.count; i++)
	{
		const dbc_migration *m = &list.items[i];
		bool blocks;
		const char *problem = problem_of(host, &order, waits, m, &blocks);

		dbc_emit(host, dbc_text(m->version), dbc_text(m->name),
				 dbc_text(dbc_ledger_state_name(m->state)),
				 dbc_text(m->applied_at), dbc_text(m->applied_by),
				 m->duration_ms, dbc_bool(m->reversible),
				 dbc_bool(m->transactional),
				 dbc_json(dbc_ledger_dependencies_json(host, m)),
				 dbc_text(m->checksum), dbc_text(problem), dbc_bool(blocks));
	}
}

/* dbmigrate_pending() */
DBC_RUN(dbmigrate_pending)
{
	dbc_migrations list = dbc_migrate_describe_migrations(host);
	dbc_migrate_plan plan = dbc_migrate_plan_up(host, &list, NULL, true);

	for (int i = 0; i < plan.count; i++)
	{
		const dbc_migration *m = plan.steps[i];

		dbc_emit(host, dbc_int(i + 1), dbc_text(m->version), dbc_text(m->name),
				 dbc_text(m->description), dbc_bool(m->reversible),
				 dbc_bool(m->transactional),
				 dbc_json(dbc_ledger_dependencies_json(host, m)));
	}
}

/* dbmigrate_version() */
DBC_RUN(dbmigrate_version)
{
	dbc_migrations list = dbc_migrate_list_migrations(host);

	dbc_emit(host, dbc_text(dbc_ledger_last_applied_version(&list)));
}

/* dbmigrate_history() */
DBC_RUN(dbmigrate_history)
{
	const dbc_rows *rows;

	if (!dbc_has_tables(host))
		return;
	rows = dbc_query(host, "ledger/history");
	for (int i = 0; i < rows->nrows; i++)
		dbc_emit_row(host, rows, i);
}
