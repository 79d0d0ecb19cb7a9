/*
 * pool.h
 *	  Processes that work on many databases, one task each at a time.
 *
 * They are forked when they are needed.  One that crashes or takes too long costs its
 * task; the others go on.
 */
#ifndef CLI_POOL_H
#define CLI_POOL_H

#include <signal.h>
#include <stdbool.h>

typedef struct cli_pool cli_pool;

/* What a task is: numbers that mean something to who made the pool. */
typedef struct cli_task
{
	int database;
	int kind;
	long long after;
} cli_task;

/* What has become of a task. */
typedef struct cli_answer
{
	cli_task task;
	char *text;	   /* NULL: the process has ended */
	char *problem; /* why it has, if the text is NULL */
} cli_answer;

/* What a process does: at its begin, for each task, and before it ends.  Standard input
 * is empty, and a signal to end cancels the call of dbcare that runs. */
typedef struct cli_work
{
	void (*begin)(void *arg);
	char *(*run)(const cli_task *task, void *arg); /* freed by the pool */
	void (*end)(void *arg);
} cli_work;

/* As many processes at most. */
extern cli_pool *cli_new_pool(int size, const cli_work *work, void *arg);

/* Gives an idle process a task that may take so many seconds, 0: any time. */
extern void cli_pool_give(cli_pool *pool, int worker, const cli_task *task,
						  int seconds);

/* The task of a process, NULL if it is idle; what is changed in it is in its answer. */
extern cli_task *cli_pool_task(cli_pool *pool, int worker);

/* cli_pool_wait() also ends when this descriptor can be read. */
extern void cli_pool_watch(cli_pool *pool, int descriptor);

/* Waits for an answer: so many seconds at most, or until a signal of those that are
 * blocked, but not in the mask. */
extern bool cli_pool_wait(cli_pool *pool, double seconds, const sigset_t *mask,
						  cli_answer *answer);

extern void cli_free_answer(cli_answer *answer);

/* Ends processes without a task now, the others after it. */
extern void cli_pool_retire(cli_pool *pool);

/* Ends all processes: after a moment those that do not end are killed. */
extern void cli_free_pool(cli_pool *pool);

/* Seconds of a clock that cannot be set. */
extern double cli_seconds(void);

#endif /* CLI_POOL_H */
