/*
 * pool.c
 *	  Processes that work on many databases: one that crashes or takes too long costs
 *	  its task alone.
 */
#include "test/unit/fake/host.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/pool.h"
#include "cli/text.h"

/* What a task is to do. */
enum
{
	TELL,
	CRASH,
	HANG,
	LONG
};

static void
nothing(void *arg)
{
	(void) arg;
}

static char *
work(const cli_task *task, void *arg)
{
	cli_text text = {0};

	(void) arg;
	if (task->kind == CRASH)
		raise(SIGKILL);
	while (task->kind == HANG)
		pause();
	if (task->kind == LONG)
		for (int i = 0; i < 100000; i++)
			cli_add(&text, "0123456789");
	else
		cli_addf(&text, "%d %lld %d", task->database, task->after,
				 (int) getpid());
	return text.data;
}

static const cli_work all = {nothing, work, nothing};

/* Gives a task, and waits for what becomes of it. */
static cli_answer
answer_of(cli_pool *pool, int worker, cli_task task, int seconds)
{
	cli_answer answer = {0};

	cli_pool_give(pool, worker, &task, seconds);
	assert_non_null(cli_pool_task(pool, worker));
	while (!cli_pool_wait(pool, 60, NULL, &answer))
		;
	assert_null(cli_pool_task(pool, worker));
	assert_int_equal(answer.task.database, task.database);
	return answer;
}

/* The process that answers. */
static int
process_of(cli_pool *pool, int worker)
{
	cli_answer answer =
		answer_of(pool, worker, (cli_task){7, TELL, 1234567890123}, 60);
	int pid = 0;

	assert_int_equal(sscanf(answer.text, "7 1234567890123 %d", &pid), 1);
	cli_free_answer(&answer);
	return pid;
}

static void
processes_stay(void **state)
{
	cli_pool *pool = cli_new_pool(2, &all, NULL);
	int first = process_of(pool, 0);
	siginfo_t information;

	(void) state;
	assert_int_equal(process_of(pool, 0), first);
	assert_int_not_equal(process_of(pool, 1), first);
	/* one that ends without a task is replaced */
	kill(first, SIGKILL);
	assert_int_equal(
		waitid(P_PID, (id_t) first, &information, WEXITED | WNOWAIT), 0);
	assert_int_not_equal(process_of(pool, 0), first);
	first = process_of(pool, 0);
	cli_pool_retire(pool);
	assert_int_not_equal(process_of(pool, 0), first);
	cli_free_pool(pool);
}

static void
a_crash_is_told(void **state)
{
	cli_pool *pool = cli_new_pool(1, &all, NULL);
	cli_answer answer = answer_of(pool, 0, (cli_task){3, CRASH, 0}, 60);

	(void) state;
	assert_null(answer.text);
	assert_string_equal(answer.problem,
						"the process that worked on it ended: signal 9");
	cli_free_answer(&answer);
	assert_true(process_of(pool, 0) > 0);
	cli_free_pool(pool);
}

static void
a_task_has_a_limit(void **state)
{
	cli_pool *pool = cli_new_pool(2, &all, NULL);
	cli_answer answer = answer_of(pool, 0, (cli_task){3, HANG, 0}, 1);
	cli_task task = {4, HANG, 0};

	(void) state;
	assert_null(answer.text);
	assert_string_equal(answer.problem, "no answer within 1 s");
	cli_free_answer(&answer);
	assert_true(process_of(pool, 0) > 0);
	/* without one it ends with the pool */
	cli_pool_give(pool, 1, &task, 0);
	cli_free_pool(pool);
}

static void
answers_have_any_length(void **state)
{
	cli_pool *pool = cli_new_pool(1, &all, NULL);
	cli_answer answer = answer_of(pool, 0, (cli_task){1, LONG, 0}, 60);

	(void) state;
	assert_int_equal(strlen(answer.text), 1000000);
	cli_free_answer(&answer);
	/* one that is retired ends after its task */
	cli_pool_give(pool, 0, &(cli_task){1, LONG, 0}, 60);
	cli_pool_retire(pool);
	cli_pool_task(pool, 0)->database = 2;
	while (!cli_pool_wait(pool, 60, NULL, &answer))
		;
	assert_int_equal(answer.task.database, 2);
	cli_free_answer(&answer);
	cli_free_pool(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processes_stay),
		cmocka_unit_test(a_crash_is_told),
		cmocka_unit_test(a_task_has_a_limit),
		cmocka_unit_test(answers_have_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
