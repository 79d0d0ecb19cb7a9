/*
 * upkeep.c
 *	  dbarchive_orphans, dbarchive_vacuum and dbarchive_analyze: what remains to
 *	  be done when rows have been deleted.
 */
#include "common/archive/archive.h"

#include "common/check/user_table.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/tables.h"
#include "common/health/fix.h"

/* Columns of archive/upkeep.sql. */
enum
{
	U_OBJECT,
	U_STATEMENT,
	U_REASON
};

/* dbarchive_orphans(options) */
DBC_RUN(dbarchive_orphans)
{
	const dbarchive_orphans_options *given =
		dbc_read_options(host, &args->options, dbarchive_orphans_options);
	dbc_json_node *repair = dbc_json_object(host);
	dbc_value options;

	DBC_PUT_TEXT(repair, orphans,
				 given->action.given ? given->action.text : "quarantine");
	DBC_PUT_BOOL(repair, dry_run, !given->repair.integer);
	DBC_PUT_BOOL(repair, cascade, given->cascade.integer);
	DBC_PUT_TEXT(repair, relation, given->relation.text);
	DBC_PUT_TEXT(repair, confirm, given->confirm.text);
	options = dbc_json(dbc_json_text(repair));
	dbc_run_dbcheck_repair(host, &options);
}

void
dbc_archive_upkeep(dbc_host *host, const char *command,
				   const dbc_archive_upkeep_call *call, dbc_json_node *result)
{
	static const dbc_rows none = {0};
	const char *only = NULL;
	dbc_health_fixer fixer;
	const dbc_rows *rows = &none;

	if (call->relation)
	{
		dbc_value relation = dbc_text(call->relation);

		only = dbc_check_user_table(host, &relation)->shown;
	}
	fixer = dbc_health_start_fixer(host, call->dry_run, DBC_RISK_REWRITES,
								   call->confirm);
	if (dbc_has_tables(host))
		rows = dbc_query(host, "archive/upkeep", dbc_text(command),
						 dbc_text(only));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_finding finding = {
			.object = dbc_get_text(host, rows, i, U_OBJECT),
			.fix_sql = dbc_get_text_or_null(host, rows, i, U_STATEMENT)};

		dbc_progress(host, finding.object, i, rows->nrows);
		if (finding.fix_sql)
			dbc_health_fix_finding(&fixer, &finding);
		else
			dbc_health_add_step(&fixer, finding.object, "ok",
								dbc_get_text(host, rows, i, U_REASON));
	}
	dbc_progress_end(host, rows->nrows);
	dbc_health_put_fix_result(result, &fixer);
}

static void
run_command(dbc_host *host, const char *command, const dbc_value *options)
{
	const dbarchive_vacuum_options *given =
		dbc_read_options(host, options, dbarchive_vacuum_options);
	dbc_json_node *result = dbc_json_object(host);

	dbc_archive_upkeep(host, command,
					   &(dbc_archive_upkeep_call){
						   .relation = given->relation.text,
						   .dry_run = dbc_option_or(&given->dry_run, true),
						   .confirm = given->confirm.text},
					   result);
	dbc_json_emit(host, result);
}

/* dbarchive_vacuum(options) */
DBC_RUN(dbarchive_vacuum)
{
	run_command(host, "vacuum", &args->options);
}

/* dbarchive_analyze(options) */
DBC_RUN(dbarchive_analyze)
{
	run_command(host, "analyze", &args->options);
}
