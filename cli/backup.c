/*
 * backup.c
 *	  The verb backup, and a backup written to standard output.
 */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/document.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

extern char **environ;

/* Runs a program and waits for it. */
static bool
run_program(const char *const *argv)
{
	pid_t pid;
	int status = 0;
	int code =
		posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *) argv, environ);

	if (code != 0)
	{
		cli_complain("could not run tar", strerror(code), NULL);
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Writes the directory of a backup to standard output as a tar archive. */
static bool
write_out(const char *path)
{
	char *parent = cli_copy(path);
	char *slash = strrchr(parent, '/');
	const char *argv[] = {"tar", "-C", parent, "-cf", "-", slash + 1, NULL};
	bool written;

	*slash = '\0';
	cli_output_done();
	written = run_program(argv);
	free(parent);
	return written;
}

/* A backup of SQLite is made in a directory that is removed afterwards; one of
 * PostgreSQL stays in the server's directory, which must be of this machine. */
static int
back_up_to_output(cli_invocation *invocation)
{
	bool sqlite = invocation->db.target.engine == DBC_ON_SQLITE;
	char *scratch = NULL;
	char *path = NULL;
	cli_text json = {0};
	cli_result result;
	bool written = false;

	if (sqlite)
	{
		scratch = cli_new_scratch(
			"Set TMPDIR to a directory with room for the backup.");
		if (!scratch)
			return CLI_ERROR;
		cli_add_json(&json, scratch);
		cli_set_option(invocation, "directory", json.data);
	}
	if (cli_call_verb(invocation, &result))
	{
		path = cli_at(result.cells[0], "$.path");
		cli_free_result(&result);
		if (path && cli_is_directory(path))
			written = write_out(path);
		else
			cli_complain("the backup is on the machine of the server", path,
						 "Run the command there.");
	}
	if (scratch)
	{
		const char *argv[] = {"rm", "-rf", scratch, NULL};

		run_program(argv);
		free(scratch);
	}
	free(path);
	cli_text_free(&json);
	return written ? CLI_SOUND : CLI_ERROR;
}

int
cli_run_backup(cli_invocation *invocation)
{
	if (!cli_given(invocation, "--stdout"))
		return cli_run_verb(invocation);
	if (isatty(STDOUT_FILENO))
	{
		cli_complain("standard output is a terminal", NULL,
					 "Send the backup to a file or a program.");
		return CLI_ERROR;
	}
	return back_up_to_output(invocation);
}
