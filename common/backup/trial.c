/*
 * trial.c
 *	  [PG] Starting a data directory on trial, to see that it works.
 *
 * Only the system user of this process can reach the socket, and nothing that
 * the configuration starts runs: no preloaded library, no archiving, no command
 * of recovery, which could remove WAL from the archive, and no subscription,
 * which would take changes from the real server's slot.
 */
#include "common/backup/trial.h"

#include <signal.h>
#include <string.h>

#include "common/backup/catalog.h"
#include "common/core/text.h"

/* The port that its socket is named after. */
#define PORT "5432"

#define POLL_MS		100
#define MOST_ANSWER (16 * 1024 * 1024)

/* ---- its configuration ---- */

/* Adds a parameter of the server. */
static void
add_parameter(dbc_host *host, dbc_program *program, const char *parameter)
{
	dbc_backup_program_add(host, program, dbc_format(host, "--%s", parameter));
}

/* Adds one that names a file or directory. */
static void
add_path(dbc_host *host, dbc_program *program, const char *name,
		 const char *directory, const char *file)
{
	add_parameter(host, program,
				  dbc_format(host, "%s=%s%s", name, directory, file));
}

static void
add_parameters(dbc_host *host, dbc_program *program, const dbc_trial *trial)
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

	dbc_backup_program_add(host, program, "-D");
	dbc_backup_program_add(host, program, trial->data);
	dbc_backup_program_add(host, program, "-p");
	dbc_backup_program_add(host, program, PORT);
	add_path(host, program, "unix_socket_directories", trial->directory, "");
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		add_parameter(host, program, fixed[i]);
	for (size_t i = 0;
		 trial->is_scratch && i < sizeof(unsafe) / sizeof(unsafe[0]); i++)
		add_parameter(host, program, unsafe[i]);
	/* Debian keeps the files of the configuration elsewhere */
	add_path(host, program, "hba_file", trial->directory, "/pg_hba.conf");
	add_path(host, program, "ident_file", trial->directory, "/pg_ident.conf");
	/* the configuration could name those of the real server */
	add_path(host, program, "data_directory", trial->data, "");
	add_path(host, program, "external_pid_file", trial->directory, "/pid");
	if (trial->is_unconfigured)
		add_path(host, program, "config_file", trial->directory,
				 "/postgresql.conf");
	for (int i = 0; trial->parameters && trial->parameters[i]; i++)
		add_parameter(host, program, trial->parameters[i]);
}

/* ---- asking ---- */

const char *
dbc_backup_trial_connection(dbc_host *host, const dbc_trial *trial,
							const char *user, const char *database)
{
	dbc_buffer text;

	dbc_buffer_init(&text, host);
	dbc_backup_append_keyword(&text, "host", trial->directory);
	dbc_backup_append_keyword(&text, "port", PORT);
	dbc_backup_append_keyword(&text, "user", user);
	dbc_backup_append_keyword(&text, "dbname", database);
	dbc_backup_append_keyword(&text, "application_name", "dbcare backup");
	dbc_backup_append_keyword(&text, "connect_timeout", "30");
	return text.data;
}

/* Whether the server has ended recovery and takes connections.  No login is
 * needed to see that.  The control file of a backup can say "in production",
 * too, until recovery begins: what it says counts when connections are taken. */
static bool
is_recovered(dbc_host *host, const dbc_trial *trial)
{
	dbc_program ready = {.name = "pg_isready"};
	dbc_program control = {.name = "pg_controldata", .most = 65536};
	dbc_program_end end;

	dbc_backup_program_add(host, &ready, "--quiet");
	dbc_backup_program_add(host, &ready, "--port=" PORT);
	dbc_backup_program_add(host, &ready,
						   dbc_format(host, "--host=%s", trial->directory));
	if (dbc_backup_program_run(host, &ready).status != 0)
		return false;
	dbc_backup_program_add(host, &control, "-D");
	dbc_backup_program_add(host, &control, trial->data);
	end = dbc_backup_program_run(host, &control);
	return end.status == 0 && strstr(end.output, "in production");
}

/* The messages of a server without its ordinary log. */
static const char *
failures_of(dbc_host *host, const char *messages)
{
	dbc_buffer kept;

	dbc_buffer_init(&kept, host);
	while (*messages)
	{
		size_t length = strcspn(messages, "\n");
		const char *line = dbc_copy(host, messages, length);

		if (!strstr(line, " LOG:  ") || strstr(line, "parameter"))
			dbc_append_format(&kept, "%s%s", kept.length > 0 ? "\n" : "", line);
		messages += length + (messages[length] == '\n');
	}
	return kept.data;
}

/* Waits until recovery has ended; false if the server has. */
static bool
await_recovery(dbc_host *host, void *server, dbc_trial *trial)
{
	dbc_program_end end;

	do
	{
		end = DBC_CALL(host, backup, await_program)(host, server, POLL_MS);
		if (end.ended)
		{
			trial->problem = dbc_format(
				host, "the restored server %s: %s",
				end.status == 0 ? "ended"
								: dbc_backup_program_describe(host, &end),
				failures_of(host, end.messages));
			return false;
		}
	} while (!is_recovered(host, trial));
	return true;
}

/* Waits for the server, asks, and stops it. */
static void
use(dbc_host *host, void *server, void *arg)
{
	dbc_trial *trial = arg;
	dbc_program_end end;

	dbc_progress(host, "starting the restored server", 0, 1);
	if (!await_recovery(host, server, trial))
		return;
	for (int i = 0; trial->queries[i]; i++)
	{
		end = dbc_backup_program_run_sql(
			host,
			dbc_backup_trial_connection(host, trial, trial->user,
										trial->database),
			trial->queries[i], MOST_ANSWER);
		trial->answers[i] = end.status == 0 ? end.output : NULL;
	}
	if (trial->use)
		trial->use(host, trial);
	DBC_CALL(host, backup, signal_program)(server, SIGTERM);
	end = DBC_CALL(host, backup, await_program)(host, server, -1);
	if (end.status != 0)
		trial->problem =
			dbc_format(host, "the restored server could not be stopped: %s",
					   failures_of(host, end.messages));
}

static void
start(dbc_host *host, dbc_backup_files *files, int directory, const char *path,
	  void *arg)
{
	dbc_trial *trial = arg;
	/* a fast shutdown: sessions of the trial are ended */
	dbc_program program = {.name = "postgres", .stop_signal = SIGINT};

	trial->directory = path;
	dbc_backup_write_text(host, files, directory, "pg_hba.conf",
						  "local all all trust\n");
	dbc_backup_write_text(host, files, directory, "pg_ident.conf", "");
	dbc_backup_write_text(host, files, directory, "postgresql.conf", "");
	add_parameters(host, &program, trial);
	DBC_CALL(host, backup, with_program)(host, &program, use, trial);
}

void
dbc_backup_trial_run(dbc_host *host, dbc_trial *trial)
{
	/* the path of a socket must be short */
	dbc_backup_with_private(host, "/tmp", start, trial);
}
