/*
 * other.c
 *	  Backups of pgBackRest: it makes a data directory, which is then tried and
 *	  configured as those that dbcare makes.
 */
#include "pg_ext/backup/copy.h"
#include "pg_ext/backup/roots.h"

#include "common/file_perm.h"

#include "common/core/text.h"

/* Bytes of what it says about its repository. */
#define MOST_OUTPUT (1 << 20)

/* The stanza and the label of a backup: "main/20260101-030000F". */
static void
add_name(dbcpg_arguments *arguments, const dbc_backup_work *work, bool label)
{
	const char *name = dbcpg_from_core(work->backup->name);
	const char *slash = strrchr(name, '/');

	dbcpg_backup_add_argument(
		arguments,
		psprintf("--stanza=%s", pnstrdup(name, (Size) (slash - name))));
	if (label)
		dbcpg_backup_add_argument(arguments, psprintf("--set=%s", slash + 1));
}

static dbc_program_end
run(dbcpg_host *host, const dbc_backup_work *work,
	const dbcpg_arguments *arguments)
{
	const char *environment[] = {dbcpg_backup_home(), NULL};
	dbcpg_program program = {.path = dbcpg_backup_find_tool(work->other),
							 .arguments = arguments->list,
							 .environment = environment,
							 .most = MOST_OUTPUT,
							 .shows_end = true};

	return dbcpg_backup_program_run(host, &program);
}

dbc_backup_proof
dbcpg_backup_other_read(dbcpg_host *host, const dbc_backup_work *work)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;

	add_name(&arguments, work, false);
	dbcpg_backup_add_argument(&arguments, "--output=text");
	dbcpg_backup_add_argument(&arguments, "verify");
	outcome = run(host, work, &arguments);
	/* it ends well whatever it finds */
	if (outcome.status == 0 && strstr(outcome.output, "status: error"))
		return (dbc_backup_proof){.problem =
									  dbc_format(&host->base, "%s verify: %s",
												 work->other, outcome.output)};
	return dbc_backup_program_proof(&host->base, work->other, &outcome);
}

static void
add_target(dbcpg_arguments *arguments, const dbc_backup_target *target,
		   const char *timeline)
{
	const char *type = !target		  ? "immediate"
					   : target->time ? "time"
					   : target->name ? "name"
					   : target->lsn  ? "lsn"
									  : "default";
	const char *value = !target		   ? NULL
						: target->time ? target->time
						: target->name ? target->name
									   : target->lsn;

	dbcpg_backup_add_argument(arguments, psprintf("--type=%s", type));
	if (value)
		dbcpg_backup_add_argument(
			arguments, psprintf("--target=%s", dbcpg_from_core(value)));
	if (!target || value)
		dbcpg_backup_add_argument(arguments, "--target-action=promote");
	/* what is consistent is on the timeline of the backup */
	if (target)
		dbcpg_backup_add_argument(
			arguments,
			psprintf("--target-timeline=%s", dbcpg_from_core(timeline)));
}

void
dbcpg_backup_other_copy(dbcpg_host *host, const dbc_backup_work *work,
						const dbc_backup_target *target, const char *timeline,
						const char *directory)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;

	if (MakePGDirectory(directory) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("directory \"%s\" cannot be created: %m", directory));
	add_name(&arguments, work, true);
	dbcpg_backup_add_argument(&arguments, psprintf("--pg1-path=%s", directory));
	add_target(&arguments, target, timeline);
	dbcpg_backup_add_argument(&arguments, "restore");
	outcome = run(host, work, &arguments);
	if (outcome.status != 0 && !*outcome.messages)
		outcome.messages = outcome.output;
	dbc_backup_program_require(&host->base, work->other, &outcome);
}
