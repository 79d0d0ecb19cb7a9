/*
 * portability.c
 *	  SQL that another engine, or an older version, does not support.
 *
 * The rules look at the text alone, since no engine can parse the dialect of
 * the other; so the findings are the same on both.
 */
#include "common/lint/pattern.h"
#include "common/lint/run.h"

/* Something that the target does not support. */
typedef struct obstacle
{
	int target;
	dbc_lint_rule_id rule;
	dbc_lint_severity severity;
	const char *pattern;
	const char *message;
	const char *suggestion;
} obstacle;

#define DBC_PORTABLE(target, rule, severity, pattern, message, suggestion) \
	{DBC_ON_##target,                                                      \
	 DBC_RULE_portability_##rule,                                          \
	 DBC_LINT_##severity,                                                  \
	 pattern,                                                              \
	 message,                                                              \
	 suggestion},
static const obstacle obstacles[] = {
#include "common/lint/portability.def"
};
#undef DBC_PORTABLE

/* Something that an engine supports since a version. */
typedef struct newer
{
	int engine;
	double version;
	const char *pattern;
	const char *what;
} newer;

#define DBC_NEWER(engine, version, pattern, what) \
	{DBC_ON_##engine, version, pattern, what},
static const newer newers[] = {
#include "common/lint/version_features.def"
};
#undef DBC_NEWER

/* Adds a finding about a statement of the text. */
static void
add(dbc_lint *lint, const dbc_lint_lexed_statement *statement,
	dbc_lint_rule_id rule, dbc_lint_severity severity, const char *message,
	const char *suggestion)
{
	dbc_lint_add_finding(
		lint->found, (dbc_lint_finding){.statement_no = statement->number,
										.line = statement->line +
												lint->script->first_line - 1,
										.rule = rule,
										.severity = severity,
										.message = message,
										.suggestion = suggestion});
}

/* Reports what the other engine does not support. */
static void
find_obstacles(dbc_lint *lint, const dbc_lint_lexed_statement *statement)
{
	const char *last = "";

	for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++)
	{
		const obstacle *o = &obstacles[i];

		/* patterns with the same message are adjacent */
		if (o->target != lint->target || dbc_same(o->message, last) ||
			!dbc_lint_has_pattern(statement, o->pattern))
			continue;
		add(lint, statement, o->rule, o->severity, o->message, o->suggestion);
		last = o->message;
	}
}

/* A version number as users write it. */
static const char *
format_version(const dbc_lint *lint, int engine, double version)
{
	return engine == DBC_ON_SQLITE
			   ? dbc_format(lint->host, "SQLite %.2f", version)
			   : dbc_format(lint->host, "PostgreSQL %.0f", version);
}

/* Reports what an older version does not support. */
static void
find_newer_features(dbc_lint *lint, const dbc_lint_lexed_statement *statement,
					int engine)
{
	for (size_t i = 0; i < sizeof(newers) / sizeof(newers[0]); i++)
		if (newers[i].engine == engine &&
			newers[i].version > lint->target_version &&
			dbc_lint_has_pattern(statement, newers[i].pattern))
			add(lint, statement, DBC_RULE_needs_newer_engine, DBC_LINT_ERROR,
				dbc_format(lint->host, "%s needs %s, not %s", newers[i].what,
						   format_version(lint, engine, newers[i].version),
						   format_version(lint, engine, lint->target_version)),
				"Rewrite the statement, or upgrade the target first.");
}

void
dbc_lint_check_portability(dbc_lint *lint)
{
	/* a script for one engine was probably written for the other */
	int dialect = lint->target == DBC_ON_SQLITE		  ? DBC_ON_POSTGRESQL
				  : lint->target == DBC_ON_POSTGRESQL ? DBC_ON_SQLITE
													  : lint->engine;
	const dbc_lint_lexed_statement *statements;
	int count;

	if (!lint->target && lint->target_version <= 0)
		return;
	statements = dbc_lint_lex(lint->host, lint->text, dialect, &count);
	for (int i = 0; i < count; i++)
	{
		if (lint->target)
			find_obstacles(lint, &statements[i]);
		if (lint->target_version > 0)
			find_newer_features(lint, &statements[i],
								lint->target ? lint->target : lint->engine);
	}
}
