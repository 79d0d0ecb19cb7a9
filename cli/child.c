/*
 * child.c
 *	  Programs that the command runs; see child.h.
 */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/child.h"

/* Between two looks at a program that may take only some time. */
#define LOOK_MS 10

extern char **environ;

int
cli_begin_child(const char *const *argv, int input, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t signals;
	int code;

	sigfillset(&signals);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &signals);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
							 POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
	code = posix_spawnp(pid, argv[0], &actions, &attributes,
						(char *const *) argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return code;
}

int
cli_await_child(pid_t pid, int seconds)
{
	const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
	long looks = seconds * 1000L / LOOK_MS;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, looks > 0 ? WNOHANG : 0)) == 0 ||
		   (ended < 0 && errno == EINTR))
	{
		if (ended != 0)
			continue;
		nanosleep(&pause, NULL);
		if (--looks == 0)
			kill(-pid, SIGKILL);
	}
	return status;
}

void
cli_add_failure(cli_text *text, int status)
{
	const char *comma = text->length ? ", " : "";

	if (WIFSIGNALED(status))
		cli_addf(text, "%ssignal %d", comma, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		cli_addf(text, "%sexit code %d", comma, WEXITSTATUS(status));
}
