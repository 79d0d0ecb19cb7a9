/*
 * verify_test.c
 *	  The tests of a table.
 */
#include "sqlite_ext/check/verify.h"

#include <string.h>

/* The size in bytes of a row of short values. */
#define SHORT_ROW 1000

/* Adds a test; returns NULL if the task does not request it.  Unnamed
 * constraints and rules are always requested. */
dbcsl_check_row_test *
dbcsl_check_add_test(dbcsl_check_verification *v,
					 dbc_check_constraint_kind kind, const char *name)
{
	dbcsl_check_row_test *test;

	if (name && kind != DBC_K_RULE &&
		!dbc_check_is_asked_for(v->task, kind, name))
		return NULL;
	v->tests =
		dbc_grow(&v->h->base, v->tests, (size_t) v->ntests, sizeof(*v->tests));
	test = &v->tests[v->ntests++];
	*test = (dbcsl_check_row_test){.method = DBCSL_ALWAYS_VALID,
								   .result = {.kind = kind, .name = name}};
	return test;
}

/* Whether a test needs the value of a column, so that others can use it,
 * too. */
static bool
needs_value(const dbcsl_check_verification *v, const char *value)
{
	for (int i = 0; i < v->ntests; i++)
		if (!v->tests[i].by_type)
			for (int j = 0; j < v->tests[i].nvalues; j++)
				if (strcmp(v->tests[i].values[j], value) == 0)
					return true;
	return false;
}

/* Tests for which the type of a value suffices read the type alone, unless the
 * value is read anyway, or values are short: reading them costs less than
 * typeof(). */
void
dbcsl_check_choose_test_values(dbcsl_check_verification *v)
{
	bool are_short = v->nbytes / SHORT_ROW < v->nrows;

	for (int i = 0; i < v->ntests; i++)
		if (v->tests[i].by_type)
			v->tests[i].by_type =
				!are_short && !needs_value(v, v->tests[i].values[0]);
	for (int i = 0; i < v->ntests; i++)
		if (v->tests[i].by_type)
			v->tests[i].values[0] =
				dbc_format(&v->h->base, "typeof(%s)", v->tests[i].values[0]);
}
