/*
 * child.c
 *	  Programs that the command runs: how they end, and that they end.
 */
#include "test/unit/fake/host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/child.h"

/* The status of a shell command that may take some seconds. */
static int
status_of(const char *command, int seconds)
{
	const char *argv[] = {"/bin/sh", "-c", command, NULL};
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pid_t pid;

	assert_int_equal(cli_begin_child(argv, input, &pid), 0);
	close(input);
	return cli_await_child(pid, seconds);
}

static void
ends_are_told(void **state)
{
	cli_text text = {0};

	(void) state;
	cli_add_failure(&text, status_of("exit 0", 0));
	assert_int_equal(text.length, 0);
	cli_add_failure(&text, status_of("exit 3", 60));
	cli_add_failure(&text, status_of("kill -TERM $$", 0));
	assert_string_equal(text.data, "exit code 3, signal 15");
	cli_text_free(&text);
}

/* What a program has begun ends with it, when it takes too long. */
static void
time_is_limited(void **state)
{
	int ends[2];
	char byte;
	char command[64];
	int status;

	(void) state;
	assert_int_equal(pipe(ends), 0);
	snprintf(command, sizeof(command), "sleep 1000 & exec sleep 1000 >&%d",
			 ends[1]);
	status = status_of(command, 1);
	close(ends[1]);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* nobody has the other end any more */
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

static void
missing_programs_are_an_error(void **state)
{
	const char *argv[] = {"/nowhere/program", NULL};
	pid_t pid;

	(void) state;
	assert_int_not_equal(cli_begin_child(argv, 0, &pid), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_told), cmocka_unit_test(time_is_limited),
		cmocka_unit_test(missing_programs_are_an_error)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
