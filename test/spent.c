/*
 * spent.c
 *	  Runs a command and measures its processor time.
 *
 * usage: spent FILE COMMAND [ARGUMENT ...]
 *
 * Appends a line to FILE, the seconds in user mode and those in the kernel, of
 * the command and of all processes that descend from it.  A server leaves its
 * parent when it becomes a daemon; as the "subreaper" this program inherits it,
 * so that its time counts once it has ended.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Processes that outlive the command have this long to end. */
#define PATIENCE_MS 2000

static double
seconds(struct timeval time)
{
	return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

/* Waits for a process and for each one inherited before its end. */
static int
wait_for(pid_t process)
{
	int status;
	pid_t ended;

	for (;;)
	{
		ended = wait(&status);
		if (ended == process)
			return status;
		if (ended == -1 && errno != EINTR)
			return -1;
	}
}

/* Waits for what the command has left, a server that stops for example. */
static void
wait_for_rest(void)
{
	struct timespec pause = {0, 1000000};
	int i;

	for (i = 0; i < PATIENCE_MS; i++)
	{
		pid_t ended = waitpid(-1, NULL, WNOHANG);

		if (ended == -1 && errno == ECHILD)
			return;
		if (ended == 0)
			nanosleep(&pause, NULL);
	}
}

int
main(int argc, char **argv)
{
	struct rusage used;
	FILE *file;
	pid_t command;
	int status;

	if (argc < 3)
	{
		fprintf(stderr, "usage: spent FILE COMMAND [ARGUMENT ...]\n");
		return 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	command = fork();
	if (command == 0)
	{
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	status = wait_for(command);
	wait_for_rest();

	getrusage(RUSAGE_CHILDREN, &used);
	file = fopen(argv[1], "a");
	if (file == NULL ||
		fprintf(file, "%.2f %.2f\n", seconds(used.ru_utime),
				seconds(used.ru_stime)) < 0 ||
		fclose(file) != 0)
	{
		perror(argv[1]);
		return 125;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
