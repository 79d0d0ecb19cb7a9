/*
 * lint.c
 *	  Scripts for the rules of dbmigrate_lint; see lint.h.
 */
#include "test/unit/fake/lint.h"

#include <stdio.h>
#include <string.h>

#include "common/core/text.h"

#define LARGE                                            \
	.type = "table", .measured = true, .rows = 10000000, \
	.bytes = INT64_C(2000000000)

dbc_lint_object fake_big = {.name = "big", .shown = "big", LARGE};
dbc_lint_object fake_other = {.name = "other", .shown = "other", LARGE};
dbc_lint_object fake_parts = {
	.name = "parts", .shown = "parts", .partitioned = true, LARGE};
dbc_lint_object fake_fresh = {
	.type = "table", .name = "fresh", .shown = "fresh", .created_in = 1};
dbc_lint_object fake_type = {.type = "type", .name = "d", .shown = "d"};

static char message[1000];
static char suggestion[4000];
static const dbc_lint_object *also_locked;
static const char *lock_timeout;
static bool outside;

/* Columns of dbmigrate_lint. */
enum
{
	RULE = 2,
	SEVERITY,
	MESSAGE,
	SUGGESTION
};

void
lint_options(const char *lock_timeout_ms, bool transactional)
{
	lock_timeout = lock_timeout_ms;
	outside = !transactional;
}

void
lint_also_locks(const dbc_lint_object *object)
{
	also_locked = object;
}

/* Options of a call. */
static const char *
options_for(fake_host *fake, const char *rule, bool asked)
{
	return dbc_format(
		&fake->base, "{\"transactional\": %s%s}", outside ? "false" : "true",
		asked ? dbc_format(&fake->base, ", \"rules\": [\"%s\"]", rule) : "");
}

/* Keeps what a row of a rule says, and gives its severity. */
static const char *
keep_finding(const fake_host *fake, int row)
{
	static const char *const severities[] = {"error", "warning", "info"};
	const char *text = fake_text(fake, row, SUGGESTION);
	size_t i = 0;

	snprintf(message, sizeof(message), "%s", fake_text(fake, row, MESSAGE));
	snprintf(suggestion, sizeof(suggestion), "%s", text ? text : "");
	while (strcmp(severities[i], fake_text(fake, row, SEVERITY)) != 0)
		i++;
	return severities[i];
}

/* The severity a rule reports a script with, or NULL. */
static const char *
look(const char *sql, const dbc_lint_analysis *analyses, const char *rule,
	 bool asked)
{
	fake_host *fake = fake_new(DBC_ON_POSTGRESQL);
	const char *severity = NULL;
	int i;

	if (lock_timeout)
		fake_set(fake, "lock_timeout_ms", lock_timeout);
	fake->analyses = analyses;
	assert_true(fake_call(fake, "dbmigrate_lint", 2, dbc_text(sql),
						  dbc_json(options_for(fake, rule, asked))));
	for (i = 0; i < fake->nrows && !severity; i++)
		if (strcmp(fake_text(fake, i, RULE), rule) == 0)
			severity = keep_finding(fake, i);
	fake_free(fake);
	return severity;
}

/* The severity for statements of one operation each. */
static const char *
look_at(const char *sql, const dbc_lint_operation *operations, int noperations,
		const char *rule, bool asked)
{
	dbc_lint_effect effect = {.object = also_locked,
							  .lock = DBC_L_ACCESS_EXCLUSIVE};
	dbc_lint_analysis analyses[3] = {{.neffects = 0}};
	int i;

	assert_true(noperations <= 2);
	for (i = 0; i < noperations; i++)
		analyses[i] = (dbc_lint_analysis){.operations = &operations[i],
										  .noperations = 1,
										  .effects = &effect,
										  .neffects = also_locked ? 1 : 0};
	return look(sql, analyses, rule, asked);
}

/* Expects a severity; NULL: no finding. */
static void
expect(const char *severity, const char *expected, const char *rule)
{
	if (!severity != !expected || (severity && strcmp(severity, expected) != 0))
		fail_msg("%s: %s instead of %s", rule, severity ? severity : "nothing",
				 expected ? expected : "nothing");
}

void
lint_reads(const char *sql, const dbc_lint_analysis *analyses, const char *rule,
		   bool asked, const char *severity)
{
	expect(look(sql, analyses, rule, asked), severity, rule);
}

void
lint_finds(const char *sql, dbc_lint_operation operation, const char *rule,
		   const char *severity)
{
	expect(look_at(sql, &operation, 1, rule, false), severity, rule);
}

void
lint_silent(const char *sql, dbc_lint_operation operation, const char *rule)
{
	expect(look_at(sql, &operation, 1, rule, false), NULL, rule);
}

void
lint_asked(const char *sql, dbc_lint_operation operation, const char *rule,
		   const char *severity)
{
	lint_silent(sql, operation, rule);
	expect(look_at(sql, &operation, 1, rule, true), severity, rule);
}

void
lint_unasked(const char *sql, dbc_lint_operation operation, const char *rule)
{
	expect(look_at(sql, &operation, 1, rule, true), NULL, rule);
}

void
lint_spares(const char *sql, dbc_lint_operation operation, const char *rule,
			unsigned flag)
{
	operation.flags |= flag;
	lint_silent(sql, operation, rule);
}

void
lint_fires(const char *sql, dbc_lint_operation operation, const char *rule,
		   const char *severity, unsigned flag)
{
	dbc_lint_operation fresh = operation;

	fresh.object = &fake_fresh;
	fresh.other = operation.other ? &fake_fresh : NULL;
	if (operation.object != &fake_type)
		lint_silent(sql, fresh, rule);
	lint_spares(sql, operation, rule, flag);
	lint_finds(sql, operation, rule, severity);
}

void
lint_weighs(const char *sql, dbc_lint_operation operation, const char *rule)
{
	dbc_lint_object table = *operation.object;

	operation.object = &table;
	lint_finds(sql, operation, rule, "error");
	table.bytes = 20000000;
	lint_finds(sql, operation, rule, "warning");
	table.bytes = 20000;
	lint_finds(sql, operation, rule, "info");
	table.rows = table.bytes = 0;
	lint_silent(sql, operation, rule);
	table.measured = false;
	lint_finds(sql, operation, rule, "error");
}

void
lint_pair_of(const char *sql, const dbc_lint_operation *pair, const char *rule,
			 const char *severity)
{
	expect(look_at(sql, pair, 2, rule, false), severity, rule);
}

void
lint_pair_finds(const dbc_lint_operation *pair, const char *rule,
				const char *severity)
{
	lint_pair_of("one; two", pair, rule, severity);
}

void
lint_pair_silent(const dbc_lint_operation *pair, const char *rule)
{
	lint_pair_of("one; two", pair, rule, NULL);
}

void
lint_says(const char *expected)
{
	assert_string_equal(message, expected);
}

void
lint_suggests(const char *expected)
{
	assert_string_equal(suggestion, expected);
}

void
lint_suggests_part(const char *part)
{
	if (!strstr(suggestion, part))
		fail_msg("\"%s\" is not in: %s", part, suggestion);
}
