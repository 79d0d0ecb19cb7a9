/*
 * git.c
 *	  What git knows of a folder, by its command.
 */
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/git.h"
#include "cli/terminal.h"
#include "cli/text.h"

extern char **environ;

/* Reads what a program writes up to its end. */
static void
read_pipe(int fd, cli_text *out)
{
	char block[4096];
	ssize_t length;

	while ((length = read(fd, block, sizeof(block))) > 0 ||
		   (length < 0 && errno == EINTR))
	{
		if (length > 0)
			cli_add_bytes(out, block, (size_t) length);
	}
}

/* Runs git; what it writes to standard error is seen.  False if it fails. */
static bool
run_git(const char *const *argv, cli_text *out)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	int status = 0;
	int code;
	pid_t pid;

	if (pipe(ends) != 0)
	{
		cli_complain("could not run git", strerror(errno), NULL);
		return false;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	code = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *) argv,
						environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (code == 0)
		read_pipe(ends[0], out);
	close(ends[0]);
	if (code != 0)
	{
		cli_complain("could not run git", strerror(code), NULL);
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

char *
cli_changed_files(const char *folder, const char *revision)
{
	/* since the branch began, so that what others changed is not reported */
	const char *changed[] = {"git",
							 "-C",
							 folder,
							 "diff",
							 "-z",
							 "--name-only",
							 "--relative",
							 "--diff-filter=d",
							 "--merge-base",
							 revision,
							 "--",
							 ".",
							 NULL};
	const char *untracked[] = {"git",	   "-C", folder, "ls-files", "-z",
							   "--others", "--", ".",	 NULL};
	cli_text names = {0};
	cli_text json = {0};

	/* where there is no repository, git diff prints its usage */
	if (*revision == '-' || !run_git(untracked, &names) ||
		!run_git(changed, &names))
	{
		cli_complain("git cannot tell which files changed since that revision",
					 revision,
					 "In CI, fetch the history of the branch that is compared "
					 "with: git fetch --unshallow.");
		cli_text_free(&names);
		return NULL;
	}
	cli_add(&json, "[");
	for (size_t at = 0; at < names.length; at += strlen(names.data + at) + 1)
	{
		cli_add(&json, at > 0 ? ", " : "");
		cli_add_json(&json, names.data + at);
	}
	cli_add(&json, "]");
	cli_text_free(&names);
	return json.data;
}
