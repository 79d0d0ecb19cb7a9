/*
 * read.c
 *	  What tests read of a fake host after a call; see host.h.
 */
#include "test/unit/fake/host.h"

#include <string.h>

#include "common/core/text.h"

const dbc_value *
fake_value(const fake_host *fake, int row, int col)
{
	assert_true(row < fake->nrows);
	return &fake->rows[row][col];
}

const char *
fake_text(const fake_host *fake, int row, int col)
{
	return fake_value(fake, row, col)->text;
}

int
fake_count(const fake_host *fake, const char *what)
{
	int count = 0;
	int i;

	for (i = 0; i < fake->ncalls; i++)
		count += dbc_same(fake->log[i].what, what);
	return count;
}

const fake_entry *
fake_last(const fake_host *fake, const char *what)
{
	int i = fake->ncalls - 1;

	while (i >= 0 && !dbc_same(fake->log[i].what, what))
		i--;
	if (i < 0)
		fail_msg("the core did not ask for %s", what);
	return &fake->log[i];
}

void
fake_expect_error(const fake_host *fake, const char *sqlstate, const char *part)
{
	assert_non_null(fake->error.message);
	if (!strstr(fake->error.message, part))
		fail_msg("\"%s\" is not in \"%s\"", part, fake->error.message);
	assert_string_equal(fake->error.sqlstate, sqlstate);
}
