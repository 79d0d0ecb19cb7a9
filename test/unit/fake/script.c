/*
 * script.c
 *	  How the fake host splits and runs scripts; see host.h.
 */
#include "test/unit/fake/script.h"

#include <string.h>

#include "common/core/text.h"

/* What a statement is, by its first word. */
static dbc_statement_kind
kind_of(const char *text)
{
	static const struct
	{
		const char *word;
		dbc_statement_kind kind;
	} words[] = {{"begin", DBC_STATEMENT_BEGIN},
				 {"commit", DBC_STATEMENT_COMMIT},
				 {"rollback", DBC_STATEMENT_TRANSACTION},
				 {"set ", DBC_STATEMENT_SETTING},
				 {"vacuum", DBC_STATEMENT_OUTSIDE},
				 {"copy ", DBC_STATEMENT_CLIENT}};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (dbc_starts_with_nocase(text, words[i].word))
			return words[i].kind;
	return DBC_STATEMENT_PLAIN;
}

/* Splits at every semicolon; "syntax" cannot be split. */
void
fake_split(dbc_host *host, const char *text, dbc_script *script)
{
	dbc_statement *list = dbc_alloc(host, (strlen(text) + 1) * sizeof(*list));
	const char *at = text;

	fake_note(host, "split");
	if (strstr(text, "syntax"))
		dbc_fail(host, "42601", NULL, NULL, "syntax error");
	script->nstatements = 0;
	while (*(at += strspn(at, "; \n")))
	{
		size_t length = strcspn(at, ";");
		dbc_statement *s = &list[script->nstatements++];

		s->text = dbc_copy(host, at, length);
		s->line = script->first_line - 1 + dbc_line_of(text, at);
		s->kind = kind_of(at);
		s->command = dbc_copy(host, at, strcspn(at, " ;"));
		at += length;
	}
	script->statements = list;
}

/* Finds what fails of a script of which nothing runs: statements with the word
 * "broken", and some with the word "locked"; false if nothing does. */
static bool
find_failure(fake_host *fake, const dbc_script *script, const bool *skip,
			 dbc_error *error)
{
	int i;

	for (i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];

		*error = (dbc_error){.sqlstate = "42P01",
							 .message = "it is broken",
							 .statement_no = i + 1,
							 .line = s->line};
		if (skip && skip[i])
			continue;
		if (strstr(s->text, "broken"))
			return true;
		error->sqlstate = "55P03";
		error->message = "it is locked";
		if (strstr(s->text, "locked") && fake->locked-- > 0)
			return true;
	}
	return false;
}

const dbc_rows *
fake_run(dbc_host *host, const dbc_script *script, const bool *skip)
{
	static const dbc_rows one = {.affected = 1};
	const dbc_rows *answer;
	dbc_error error;

	fake_note(host, script->label);
	if (find_failure((fake_host *) host, script, skip, &error))
		dbc_rethrow(host, &error);
	answer = fake_answer((fake_host *) host, script->label);
	if (!answer && script->nstatements > 0)
		answer = fake_answer((fake_host *) host, script->statements[0].text);
	return answer ? answer : &one;
}

/* What statements do: nothing, unless a test says so. */
void
fake_read_script(dbc_host *host, dbc_lint_session *session,
				 const dbc_script *script, dbc_lint_analysis *analyses)
{
	fake_host *fake = (fake_host *) host;
	int i;

	fake_note(host, "read_script");
	(void) session;
	for (i = 0; fake->analyses && i < script->nstatements; i++)
		analyses[i] = fake->analyses[i];
}

bool
fake_commit(dbc_host *host, int64_t pause_ms)
{
	fake_note(host, pause_ms ? "pause" : "commit");
	assert_false(fake_in_guard((fake_host *) host));
	return host->engine == DBC_ON_SQLITE;
}

void
fake_lock_script(dbc_host *host, const char *version)
{
	(void) version;
	fake_note(host, "claim");
}

bool
fake_outside(dbc_host *host, const dbc_outside_script *work, dbc_error *error)
{
	fake_host *fake = (fake_host *) host;

	fake_note(host, "outside");
	assert_false(fake_in_guard(fake));
	fake->outside = *work;
	return !find_failure(fake, work->script, NULL, error);
}

/* An error ends the call: fake transactions have nothing to undo. */
void
fake_survive(dbc_host *host, void (*fn)(dbc_host *, void *),
			 void (*failed)(dbc_host *, void *, const char *), void *arg)
{
	(void) failed;
	fn(host, arg);
}

bool
fake_write(dbc_host *host, void (*fn)(dbc_host *, void *), void *arg)
{
	dbc_error error;

	fake_note(host, "write");
	return dbc_guard(host, fn, arg, DBC_KEEP, false, &error);
}
