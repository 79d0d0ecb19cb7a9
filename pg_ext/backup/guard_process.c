/*
 * guard_process.c
 *	  The process between a backend and the program that it runs.
 *
 * If the backend is killed, no other process could end what the program has
 * started: a parallel pg_dump has workers, pg_basebackup a receiver of WAL. The
 * guard learns of the end of its parent, kills the group of the program, and
 * waits for all of it.  It always exits by itself, since a server that is the
 * first process of a container adopts it, and takes the signal of an unknown
 * child for a crash.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* NSIG, syscall() */
#endif
#include "pg_ext/backup/guard_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#include "storage/pg_shmem.h"

#define FIRST_FREE 4 /* descriptor */

static volatile pid_t group; /* of the program; 0: not started yet */
static int stop_signal;

static void
on_stop(int number)
{
	(void) number;
	if (group > 0)
		(void) kill(-group, stop_signal);
}

static void
on_kill(int number)
{
	(void) number;
	if (group > 0)
		(void) kill(-group, SIGKILL);
}

/* Sets all signals to what a new process expects. */
static void
reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	for (int number = 1; number < NSIG; number++)
		(void) sigaction(number, &action, NULL);
}

static void
handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigfillset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	(void) sigaction(number, &action, NULL);
}

/* Ends this process, or tells it, when its parent ends. */
static void
follow_parent(int number, pid_t parent)
{
#ifdef __linux__
	(void) prctl(PR_SET_PDEATHSIG, number);
#else
	(void) number;
#endif
	/* it may have ended before that */
	if (getppid() != parent)
		_exit(1);
}

static void
close_from(int first)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
#endif
	for (int i = (int) sysconf(_SC_OPEN_MAX); i >= first; i--)
		(void) close(i);
}

/* Places the descriptors at 0 to 3, from copies that are above. */
static void
place_descriptors(const dbcpg_guarded *work)
{
	int from[FIRST_FREE] = {work->input, work->output, work->messages,
							work->status};

	for (int i = 0; i < FIRST_FREE; i++)
		if ((from[i] = fcntl(from[i], F_DUPFD, FIRST_FREE)) < 0)
			_exit(1);
	for (int i = 0; i < FIRST_FREE; i++)
		if (dup2(from[i], i) < 0)
			_exit(1);
	close_from(FIRST_FREE);
	(void) fcntl(3, F_SETFD, FD_CLOEXEC);
}

/* Becomes the program. */
static void
become_program(const dbcpg_guarded *work, pid_t guard)
{
	static const char failed[] = "cannot be executed\n";
	struct rlimit none = {0, 0};

	(void) setpgid(0, 0);
	reset_signals();
	follow_parent(SIGKILL, guard);
	/* a core file would hold what was read */
	(void) setrlimit(RLIMIT_CORE, &none);
	(void) umask(077);
	if (chdir("/") == 0)
	{
		(void) sigprocmask(SIG_SETMASK, &work->unblocked, NULL);
		(void) execve(work->path, work->argv, work->environment);
	}
	(void) !write(STDERR_FILENO, failed, sizeof(failed) - 1);
	_exit(127);
}

/* Waits for all processes, and reports how the program has ended. */
static void
wait_for_all(pid_t program)
{
	siginfo_t info;
	int status;

	for (;;)
	{
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) < 0)
		{
			if (errno == EINTR)
				continue;
			_exit(0);
		}
		if (info.si_pid == program)
		{
			/* what it has left behind must not outlive it; until it is reaped
			 * the number of its group is not used again */
			group = 0;
			(void) kill(-program, SIGKILL);
		}
		if (waitpid(info.si_pid, &status, 0) != program)
			continue;
		(void) !write(3, &status, sizeof(status));
		(void) close(3);
	}
}

void
dbcpg_backup_guard_process(const dbcpg_guarded *work)
{
	pid_t self;
	pid_t program;

	(void) setpgid(0, 0);
	reset_signals();
	stop_signal = work->stop_signal;
	handle(DBCPG_GUARD_STOP, on_stop);
	handle(DBCPG_GUARD_KILL, on_kill);
	follow_parent(DBCPG_GUARD_KILL, work->backend);
#ifdef __linux__
	(void) prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
	place_descriptors(work);
	self = getpid();
	program = fork();
	if (program == 0)
		become_program(work, self);
	if (program < 0)
		_exit(1);
	(void) setpgid(program, program);
	group = program;
	/* a server that restarts waits for its shared memory */
	PGSharedMemoryDetach();
	(void) close(0);
	(void) close(1);
	(void) close(2);
	(void) sigprocmask(SIG_SETMASK, &work->unblocked, NULL);
	wait_for_all(program);
	_exit(0);
}
