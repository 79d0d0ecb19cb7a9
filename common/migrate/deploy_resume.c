/*
 * deploy_resume.c
 *	  Where a script begins that runs in several transactions, or outside of
 * any: at its first statement, or where an earlier deploy came to.
 *
 * A script that failed is edited before it runs again.  The statements that
 * have run must be the same ones then.
 */
#include "common/migrate/deploy.h"

#include "common/core/clock.h"

/* Whether the first statements of two scripts are the same. */
static bool
begins_alike(const dbc_script *left, const dbc_script *right, int count)
{
	if (left->nstatements < count || right->nstatements < count)
		return false;
	for (int i = 0; i < count; i++)
		if (!dbc_same(left->statements[i].text, right->statements[i].text))
			return false;
	return true;
}

/* Whether the statements that have run are those at the beginning of a script
 * that was edited since. */
static bool
repeats(dbc_host *host, const dbc_ledger_progress *progress,
		const dbc_script *script)
{
	dbc_script ran = {.first_line = 1};
	const dbc_rows *rows = dbc_query(host, "migrate/deployment_script",
									 dbc_text(progress->checksum));
	dbc_error error;

	return dbc_migrate_split(host, dbc_get_text(host, rows, 0, 0), &ran,
							 &error) &&
		   begins_alike(&ran, script, progress->statement_no - 1);
}

/* Fails because statements were edited that have run. */
static _Noreturn void
refuse_edited(dbc_host *host, const dbc_migration *migration, int done)
{
	dbc_fail(
		host, DBC_NOT_READY,
		done == 1
			? "Statement 1 has been committed."
			: dbc_format(host, "Statements 1 to %d have been committed.", done),
		"Restore these statements, or call dbmigrate_repair() to run the "
		"migration from its first statement.",
		"statements of migration \"%s\" that have run were modified",
		migration->version);
}

/* Tells where a script goes on; one that was interrupted there is logged. */
static void
note_place(dbc_migrate_runner *r, const dbc_migrate_step *step,
		   int statement_no, bool begun)
{
	const dbc_script *script = &step->script->script;
	dbc_migrate_step logged = *step;
	const char *place =
		statement_no <= script->nstatements
			? dbc_describe_position(r->host, script, statement_no,
									script->statements[statement_no - 1].line)
			: "At the end of the script.";

	if (begun)
	{
		logged.finished_at = dbc_now(r->host);
		dbc_migrate_log_step(r, "failure", &logged,
							 dbc_format(r->host, "interrupted. %s", place));
	}
	dbc_notice(r->host, "migration %s resumes where it was interrupted: %s",
			   step->migration->version, place);
}

int
dbc_migrate_find_start(dbc_migrate_runner *r, bool *begun)
{
	const dbc_migrate_step *step = &r->steps[r->done];
	const char *checksum = dbc_sha256(r->host, step->script->text);
	const char *version = step->migration->version;
	dbc_ledger_progress progress = dbc_ledger_find_progress(r->host, version);
	int first = progress.statement_no > 0 ? progress.statement_no : 1;
	bool same = progress.checksum && dbc_same(progress.checksum, checksum);

	*begun = same && progress.begun;
	if (!same)
	{
		if (first > 1 && !repeats(r->host, &progress, &step->script->script))
			refuse_edited(r->host, step->migration, first - 1);
		dbc_query(r->host, "migrate/deployment_start", dbc_text(version),
				  dbc_text(checksum), dbc_int(first));
		dbc_query(r->host, "migrate/deployment_script_add", dbc_text(checksum),
				  dbc_text(step->script->text));
	}
	if (first > 1 || *begun)
		note_place(r, step, first, *begun);
	return first;
}
