/*
 * tap.h
 *	  Results of a program of test/fault as TAP, with file and line of what
 *	  fails.
 */
#ifndef DBCARE_TEST_TAP_H
#define DBCARE_TEST_TAP_H

#include <sqlite3.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

extern int sqlite3_dbcare_init(sqlite3 *db, char **error, const void *api);

static int tests;
static int failures;
static int problems; /* of the test that has not ended */

/* ok(PASSED, FORMAT, ...) ends a test; the rest is its title. */
#define ok(...) tap_ok(__FILE__, __LINE__, __VA_ARGS__)

/* problem(FORMAT, ...) reports one; a test of many steps is ok(!problems, ...).
 */
#define problem(...) tap_problem(__FILE__, __LINE__, __VA_ARGS__)

/* expect(CONDITION, FORMAT, ...) reports one unless the condition holds. */
#define expect(condition, ...) ((condition) ? (void) 0 : problem(__VA_ARGS__))

/* bail_out(WHAT, DB) ends the program because the test itself does not work. */
#define bail_out(...) tap_bail_out(__FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5))) static inline void
tap_ok(const char *file, int line, bool passed, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", passed ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	puts("");
	if (!passed)
		printf("# %s:%d\n", file, line);
	fflush(stdout);
	failures += !passed;
	problems = 0;
}

__attribute__((format(printf, 3, 4))) static inline void
tap_problem(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	puts("");
	problems++;
}

__attribute__((noreturn)) static inline void
tap_bail_out(const char *file, int line, const char *what, sqlite3 *db)
{
	printf("Bail out! %s:%d: %.300s: %s\n", file, line, what,
		   db ? sqlite3_errmsg(db) : "");
	exit(1);
}

/* Prints the plan; the exit status of the program. */
static inline int
finish(void)
{
	printf("1..%d\n", tests);
	return failures > 0;
}

#endif
