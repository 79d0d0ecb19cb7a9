/*
 * pool.c
 *	  Processes that work on many databases; see pool.h.
 *
 * A task goes to a process as it is in memory, its answer comes back as text that ends
 * with a NUL.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/child.h"
#include "cli/interrupt.h"
#include "cli/pool.h"
#include "cli/text.h"

/* How long processes may take to end, and between two looks at them. */
#define END_SECONDS 0.5
#define LOOK_MS		5

typedef struct worker
{
	pid_t pid; /* 0: it is not started */
	int socket;
	bool busy;
	bool retired; /* ends after its task */
	cli_task task;
	int limit;		 /* seconds, or 0 */
	double deadline; /* when it is killed, or 0 */
	cli_text answer;
} worker;

struct cli_pool
{
	int size;
	worker *workers;
	const cli_work *work;
	void *arg;
	int watched; /* or -1 */
};

double
cli_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

cli_pool *
cli_new_pool(int size, const cli_work *work, void *arg)
{
	cli_pool *pool = cli_alloc(1, sizeof(*pool));

	*pool = (cli_pool){size, cli_alloc((size_t) size, sizeof(worker)), work,
					   arg, -1};
	return pool;
}

void
cli_pool_watch(cli_pool *pool, int descriptor)
{
	pool->watched = descriptor;
}

/* ---- in a process of the pool ---- */

static bool
write_all(int socket, const char *text, size_t length)
{
	while (length > 0)
	{
		ssize_t written = write(socket, text, length);

		if (written < 0)
			return false;
		text += written;
		length -= (size_t) written;
	}
	return true;
}

/* Works until the parent closes the socket, also by ending. */
static void
serve(const cli_pool *pool, int socket)
{
	int null = open("/dev/null", O_RDONLY);
	cli_task task;

	/* questions have no answer; Ctrl-C is for the parent alone */
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	setpgid(0, 0);
	cli_interrupt_setup();
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	pool->work->begin(pool->arg);
	while (!cli_interrupted() &&
		   read(socket, &task, sizeof(task)) == sizeof(task))
	{
		char *answer = pool->work->run(&task, pool->arg);

		if (!write_all(socket, answer, strlen(answer) + 1))
			break;
		free(answer);
	}
	pool->work->end(pool->arg);
	_exit(0);
}

/* ---- in the parent ---- */

static void
start(cli_pool *pool, worker *w)
{
	int sockets[2];
	sigset_t none;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0)
		return;
	w->pid = fork();
	if (w->pid == 0)
	{
		/* a copy would keep the others from noticing the end of the parent */
		for (int i = 0; i < pool->size; i++)
			if (pool->workers[i].pid > 0 && &pool->workers[i] != w)
				close(pool->workers[i].socket);
		close(sockets[0]);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		serve(pool, sockets[1]);
	}
	close(sockets[1]);
	w->socket = sockets[0];
	w->retired = false;
	if (w->pid < 0)
	{
		w->pid = 0;
		close(w->socket);
	}
}

cli_task *
cli_pool_task(cli_pool *pool, int number)
{
	worker *w = &pool->workers[number];

	return w->busy ? &w->task : NULL;
}

void
cli_pool_give(cli_pool *pool, int number, const cli_task *task, int seconds)
{
	worker *w = &pool->workers[number];

	/* one that was killed has nothing to answer for */
	if (w->pid > 0 && waitpid(w->pid, NULL, WNOHANG) == w->pid)
	{
		close(w->socket);
		w->pid = 0;
	}
	if (w->pid == 0)
		start(pool, w);
	w->busy = true;
	w->task = *task;
	w->limit = seconds;
	w->deadline = seconds > 0 ? cli_seconds() + seconds : 0;
	/* whether it has ended is noticed when its answer is read */
	if (w->pid > 0)
		(void) write_all(w->socket, (const char *) task, sizeof(*task));
}

/* Closes the socket of a process, which ends it when it has no task, and waits for
 * it. */
static int
end(worker *w)
{
	int status = 0;

	close(w->socket);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	w->pid = 0;
	return status;
}

void
cli_pool_retire(cli_pool *pool)
{
	for (int i = 0; i < pool->size; i++)
	{
		worker *w = &pool->workers[i];

		w->retired = true;
		if (w->pid > 0 && !w->busy)
			(void) end(w);
	}
}

/* Ends a task. */
static void
take(worker *w, cli_answer *answer)
{
	*answer = (cli_answer){.task = w->task, .text = w->answer.data};
	w->answer = (cli_text){0};
	w->busy = false;
	w->deadline = 0;
	if (w->retired)
		(void) end(w);
}

/* Ends the task of a process that has ended, or that is killed for its time. */
static void
bury(worker *w, bool late, cli_answer *answer)
{
	cli_text problem = {0};
	cli_text how = {0};

	if (late)
		cli_addf(&problem, "no answer within %d s", w->limit);
	if (w->pid > 0)
	{
		if (late)
			kill(w->pid, SIGKILL);
		cli_add_failure(&how, end(w));
	}
	if (!late)
		cli_addf(&problem, "the process that worked on it ended: %s",
				 how.length ? how.data : "it could not start");
	cli_text_free(&how);
	cli_text_free(&w->answer);
	take(w, answer);
	answer->text = NULL;
	answer->problem = problem.data;
}

/* Reads what a process has written; true: its task has ended. */
static bool
read_answer(worker *w, cli_answer *answer)
{
	char buffer[16384];
	ssize_t length = read(w->socket, buffer, sizeof(buffer));

	if (length < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (length <= 0)
	{
		bury(w, false, answer);
		return true;
	}
	cli_add_bytes(&w->answer, buffer, (size_t) length);
	if (buffer[length - 1] != '\0')
		return false;
	take(w, answer);
	return true;
}

/* Looks for a process that has answered or ended, or is late. */
static bool
find_answer(cli_pool *pool, const fd_set *ready, cli_answer *answer)
{
	double now = cli_seconds();

	for (int i = 0; i < pool->size; i++)
	{
		worker *w = &pool->workers[i];

		if (!w->busy)
			continue;
		if (w->pid == 0 || (w->deadline > 0 && now >= w->deadline))
		{
			bury(w, w->pid > 0, answer);
			return true;
		}
		if (ready && FD_ISSET(w->socket, ready) && read_answer(w, answer))
			return true;
	}
	return false;
}

bool
cli_pool_wait(cli_pool *pool, double seconds, const sigset_t *mask,
			  cli_answer *answer)
{
	double now = cli_seconds();
	struct timespec limit;
	fd_set ready;
	int most = pool->watched;

	FD_ZERO(&ready);
	if (most >= 0)
		FD_SET(most, &ready);
	for (int i = 0; i < pool->size; i++)
	{
		const worker *w = &pool->workers[i];

		if (!w->busy)
			continue;
		if (w->pid == 0)
			seconds = 0;
		else
		{
			FD_SET(w->socket, &ready);
			most = w->socket > most ? w->socket : most;
		}
		if (w->deadline > 0 && w->deadline - now < seconds)
			seconds = w->deadline - now;
	}
	seconds = seconds < 0 ? 0 : seconds;
	limit.tv_sec = (time_t) seconds;
	limit.tv_nsec = (long) ((seconds - (double) limit.tv_sec) * 1e9);
	if (pselect(most + 1, &ready, NULL, NULL, &limit, mask) <= 0)
		return find_answer(pool, NULL, answer);
	return find_answer(pool, &ready, answer);
}

void
cli_free_answer(cli_answer *answer)
{
	free(answer->text);
	free(answer->problem);
}

void
cli_free_pool(cli_pool *pool)
{
	const struct timespec pause = {.tv_nsec = LOOK_MS * 1000000L};
	double end_at = cli_seconds() + END_SECONDS;
	bool left = true;

	for (int i = 0; i < pool->size; i++)
		if (pool->workers[i].pid > 0)
		{
			close(pool->workers[i].socket);
			kill(pool->workers[i].pid, SIGTERM);
		}
	while (left)
	{
		left = false;
		for (int i = 0; i < pool->size; i++)
		{
			worker *w = &pool->workers[i];

			if (w->pid > 0 && waitpid(w->pid, NULL, WNOHANG) == 0)
			{
				left = true;
				if (cli_seconds() >= end_at)
					kill(w->pid, SIGKILL);
			}
			else
				w->pid = 0;
		}
		if (left)
			nanosleep(&pause, NULL);
	}
	for (int i = 0; i < pool->size; i++)
		cli_text_free(&pool->workers[i].answer);
	free(pool->workers);
	free(pool);
}
