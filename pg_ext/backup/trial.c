/*
 * trial.c
 *	  Starting a data directory on trial, to see that it works.
 *
 * Only the server's system user can reach the socket, and nothing that the
 * configuration starts runs: no preloaded library, no archiving, no command of
 * recovery, which could remove WAL from the archive, and no subscription, which
 * would take changes from the real server's slot.
 */
#include "pg_ext/backup/trial.h"
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/private.h"
#include "pg_ext/backup/roots.h"

#include <signal.h>
#include <unistd.h>

#include "storage/fd.h"

#include "common/core/text.h"

#define POLL_MS		100
#define MOST_ANSWER (16 * 1024 * 1024)

/* ---- its configuration ---- */

static void
write_file(const char *directory, const char *name, const char *text)
{
	const char *path = psprintf("%s/%s", directory, name);
	FILE *file = AllocateFile(path, PG_BINARY_W);

	if (!file || fputs(text, file) < 0 || FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", path));
}

static const char *
same_as_here(const char *name)
{
	return psprintf("%s=%s", name, GetConfigOption(name, false, false));
}

/* Adds a parameter of the server. */
static void
add_parameter(dbcpg_arguments *arguments, const char *parameter)
{
	dbcpg_add_argument(arguments, psprintf("--%s", parameter));
}

/* Names the files of the configuration, which Debian keeps elsewhere. */
static void
add_configuration(dbcpg_arguments *arguments, const dbcpg_trial *trial)
{
	static const char *const names[] = {
		"max_connections", "max_worker_processes", "max_wal_senders",
		"max_prepared_transactions", "max_locks_per_transaction"};

	add_parameter(arguments,
				  psprintf("hba_file=%s/pg_hba.conf", trial->directory));
	add_parameter(arguments,
				  psprintf("ident_file=%s/pg_ident.conf", trial->directory));
	/* the configuration could name those of the real server */
	add_parameter(arguments, psprintf("data_directory=%s", trial->data));
	add_parameter(arguments,
				  psprintf("external_pid_file=%s/pid", trial->directory));
	if (access(psprintf("%s/postgresql.conf", trial->data), F_OK) == 0)
		return;
	add_parameter(arguments,
				  psprintf("config_file=%s/postgresql.conf", trial->directory));
	for (size_t i = 0; i < lengthof(names); i++)
		add_parameter(arguments, same_as_here(names[i]));
}

static void
add_parameters(dbcpg_arguments *arguments, const dbcpg_trial *trial)
{
	static const char *const fixed[] = {
		"listen_addresses=",
		"shared_preload_libraries=",
		"session_preload_libraries=",
		"local_preload_libraries=",
		"archive_mode=off",
		"archive_command=",
		"archive_cleanup_command=",
		"recovery_end_command=",
		"recovery_min_apply_delay=0",
		"max_logical_replication_workers=0",
		"logging_collector=off",
		"log_destination=stderr",
		"synchronous_standby_names=",
		"primary_conninfo=",
		"shared_buffers=16MB",
		"huge_pages=off",
		"ssl=off",
		"hot_standby=on",
	};
	static const char *const unsafe[] = {"fsync=off", "full_page_writes=off",
										 "autovacuum=off"};

	dbcpg_add_argument(arguments, "-D");
	dbcpg_add_argument(arguments, trial->data);
	dbcpg_add_argument(arguments, "-k");
	dbcpg_add_argument(arguments, trial->directory);
	dbcpg_add_argument(arguments, "-p");
	dbcpg_add_argument(arguments, psprintf("%d", DBCPG_TRIAL_PORT));
	for (size_t i = 0; i < lengthof(fixed); i++)
		add_parameter(arguments, fixed[i]);
	for (size_t i = 0; i < lengthof(unsafe) && trial->is_scratch; i++)
		add_parameter(arguments, unsafe[i]);
	/* from version 15 on */
	if (GetConfigOption("archive_library", true, false))
		add_parameter(arguments, "archive_library=");
	add_configuration(arguments, trial);
}

/* ---- asking ---- */

static dbc_program_end
ask(dbcpg_host *host, const dbcpg_trial *trial, const char *query)
{
	return dbc_program_run_sql(
		&host->base,
		dbcpg_to_core(host, dbcpg_backup_conninfo_at(
								host, trial->directory, DBCPG_TRIAL_PORT,
								GetUserNameFromId(GetSessionUserId(), false),
								trial->database)),
		query, MOST_ANSWER);
}

/* Whether the server has ended recovery and takes connections.  No login is
 * needed to see that.  The control file of a backup can say "in production",
 * too, until recovery begins: what it says counts when connections are taken. */
static bool
is_recovered(dbcpg_host *host, const dbcpg_trial *trial)
{
	dbcpg_arguments arguments = {.count = 0};
	dbc_program_end outcome;

	dbcpg_add_argument(&arguments, "--quiet");
	dbcpg_add_argument(&arguments, psprintf("--port=%d", DBCPG_TRIAL_PORT));
	dbcpg_add_argument(&arguments, psprintf("--host=%s", trial->directory));
	if (dbcpg_backup_run_tool(host, "pg_isready", &arguments, 0).status != 0)
		return false;
	arguments = (dbcpg_arguments){.count = 0};
	dbcpg_add_argument(&arguments, "-D");
	dbcpg_add_argument(&arguments, trial->data);
	outcome = dbcpg_backup_run_tool(host, "pg_controldata", &arguments, 65536);
	return outcome.status == 0 && strstr(outcome.output, "in production");
}

/* The messages of a server without its ordinary log. */
static const char *
failures_of(const char *messages)
{
	StringInfoData kept;

	initStringInfo(&kept);
	while (*messages)
	{
		size_t length = strcspn(messages, "\n");
		const char *line = pnstrdup(messages, length);

		if (!strstr(line, " LOG:  ") || strstr(line, "parameter"))
			appendStringInfo(&kept, "%s%s", kept.len > 0 ? "\n" : "", line);
		messages += length + (messages[length] == '\n');
	}
	return kept.data;
}

/* Waits until recovery has ended; false if the server has. */
static bool
await_recovery(dbcpg_host *host, dbcpg_running *server, dbcpg_trial *trial)
{
	dbc_program_end outcome;

	do
	{
		outcome = dbcpg_program_wait(server, POLL_MS);
		if (outcome.ended)
		{
			trial->problem =
				dbc_format(&host->base, "the restored server %s: %s",
						   outcome.status == 0
							   ? "ended"
							   : dbc_program_describe(&host->base, &outcome),
						   failures_of(outcome.messages));
			return false;
		}
	} while (!is_recovered(host, trial));
	return true;
}

/* Waits for the server, asks, and stops it. */
static void
use(dbcpg_host *host, dbcpg_running *server, void *arg)
{
	dbcpg_trial *trial = arg;
	dbc_program_end outcome;

	dbc_progress(&host->base, "starting the restored server", 0, 1);
	if (!await_recovery(host, server, trial))
		return;
	for (int i = 0; trial->queries[i]; i++)
	{
		outcome = ask(host, trial, trial->queries[i]);
		trial->answers[i] = outcome.status == 0 ? outcome.output : NULL;
	}
	if (trial->use)
		trial->use(host, trial);
	dbcpg_program_signal(server, SIGTERM);
	outcome = dbcpg_program_wait(server, -1);
	if (outcome.status != 0)
		trial->problem = dbc_format(
			&host->base, "the restored server could not be stopped: %s",
			failures_of(outcome.messages));
}

static void
start(dbcpg_host *host, const char *directory, void *arg)
{
	dbcpg_trial *trial = arg;
	dbcpg_arguments arguments = {.count = 0};
	dbcpg_program program = {
		.path = dbcpg_backup_program_path("postgres"),
		.arguments = arguments.list,
		/* a fast shutdown: sessions of the trial are ended */
		.stop_signal = SIGINT,
		.shows_end = true};

	trial->directory = directory;
	write_file(directory, "pg_hba.conf", "local all all trust\n");
	write_file(directory, "pg_ident.conf", "");
	write_file(directory, "postgresql.conf", "");
	add_parameters(&arguments, trial);
	dbcpg_program_with(host, &program, use, trial);
}

void
dbcpg_trial_run(dbcpg_host *host, dbcpg_trial *trial)
{
	/* the path of a socket must be short */
	dbcpg_private_with(host, "/tmp", start, trial);
}
