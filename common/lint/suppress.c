/*
 * suppress.c
 *	  Comments that suppress findings: dbcare's own, and those that scripts
 *	  have already for squawk, eugene and Atlas.
 *
 *	  -- dbcare: ignore rule[, rule ...]
 *	  -- dbcare: ignore-file rule[, rule ...]
 *	  -- squawk-ignore rule[, rule ...]
 *	  -- squawk-ignore-file [rule ...]
 *	  -- eugene: ignore [E1, W12 ...]
 *	  -- atlas:nolint [destructive DS102 ...]
 *
 * A comment is about the statement it stands before, in, or behind on the same
 * line.  The names of others are the aliases in lint/rules.def.  Where no rule
 * is named, all are meant; ours must name them.
 */
#include "common/lint/run.h"

#include <string.h>

#include "common/core/sql_scan.h"

typedef struct marker
{
	const char *start; /* of the comment */
	const char *tool;  /* whose names follow it; NULL: ours */
	bool whole_file;
	bool needs_rules;
} marker;

/* Longer ones before those they begin with. */
static const marker markers[] = {{"dbcare: ignore-file", NULL, true, true},
								 {"dbcare: ignore", NULL, false, true},
								 {"squawk-ignore-file", "squawk", true, false},
								 {"squawk-ignore", "squawk", false, false},
								 {"eugene: ignore", "eugene", false, false},
								 {"atlas:nolint", "atlas", false, false}};

#define NMARKERS (sizeof(markers) / sizeof(markers[0]))

/* A comment that suppresses. */
typedef struct ignore
{
	const marker *marker;
	int line;	   /* in the file */
	bool behind;   /* something else on that line */
	int statement; /* it is about, from 1; 0: the whole script */
	bool all;	   /* rules */
	bool unknown;  /* names what is no rule of ours */
	bool used;
	bool *rules; /* by id */
	const char *text;
} ignore;

typedef struct ignores
{
	ignore *items;
	int count;
} ignores;

/* Whether a rule has a name among a tool's. */
static bool
is_called(dbc_host *host, const dbc_lint_rule *rule, const char *tool,
		  const char *name)
{
	if (!tool)
		return dbc_same(rule->id, name);
	return strstr(rule->aliases, dbc_format(host, " %s:%s ", tool, name)) !=
		   NULL;
}

/* Marks the rules of a name. */
static void
add_name(dbc_host *host, ignore *ignore, const char *name)
{
	bool known = false;
	int rule;

	for (rule = 0; rule < DBC_NRULES; rule++)
		if (is_called(host, &dbc_lint_rules[rule], ignore->marker->tool, name))
			ignore->rules[rule] = known = true;
	if (!known)
		ignore->unknown = true;
}

/* Reads the names behind the marker of a comment, up to what cannot be one. */
static void
read_names(dbc_host *host, ignore *ignore, const char *text, const char *end)
{
	const char *name = text;

	ignore->all = true;
	for (;;)
	{
		size_t length;

		while (name < end && strchr(" \t,:", *name))
			name++;
		length = strcspn(name, " \t,*\r\n");
		if (name + length > end)
			length = (size_t) (end - name);
		if (length == 0 || (name[0] == '-' && name[1] == '-'))
			return;
		ignore->all = false;
		add_name(host, ignore, dbc_copy(host, name, length));
		name += length;
	}
}

/* Makes room for one more. */
static ignore *
new_ignore(dbc_host *host, ignores *list)
{
	list->items =
		dbc_grow(host, list->items, (size_t) list->count, sizeof(*list->items));
	list->items[list->count] =
		(ignore){.rules = dbc_alloc(host, DBC_NRULES * sizeof(bool))};
	return &list->items[list->count++];
}

/* Notes a comment, whose text ends at end, if it suppresses something. */
static void
read_comment(dbc_host *host, ignores *list, const char *text, const char *end,
			 int line, bool behind)
{
	size_t m;

	while (text < end && strchr(" \t-*/", *text))
		text++;
	for (m = 0; m < NMARKERS; m++)
		if (dbc_starts_with_nocase(text, markers[m].start))
		{
			const char *names = text + strlen(markers[m].start);
			ignore *found = new_ignore(host, list);

			found->marker = &markers[m];
			found->line = line;
			found->behind = behind;
			found->text = dbc_copy(host, text, strlen(markers[m].start));
			read_names(host, found, names, end);
			return;
		}
}

/* The end of a comment, which may span lines; they nest on PostgreSQL. */
static const char *
comment_end(const char *text, const char *limit, int engine)
{
	int depth = 0;

	if (*text == '-')
		return text + strcspn(text, "\r\n");
	do
	{
		if (strncmp(text, "/*", 2) == 0 &&
			(depth == 0 || engine == DBC_ON_POSTGRESQL))
		{
			depth++;
			text += 2;
		}
		else if (strncmp(text, "*/", 2) == 0)
		{
			depth--;
			text += 2;
		}
		else
			text++;
	} while (depth > 0 && text < limit);
	return text;
}

/* Reads the comments between two lexemes; first is whether there is none before
 * them.  Gives the line of the second. */
static int
read_gap(dbc_host *host, ignores *list, const char *from, const char *to,
		 int line, bool first, int engine)
{
	const int start = line;

	while (from < to)
	{
		if (strncmp(from, "--", 2) == 0 || strncmp(from, "/*", 2) == 0)
		{
			const char *end = comment_end(from, to, engine);

			read_comment(host, list, from, end, line, !first && line == start);
			for (; from < end; from++)
				line += *from == '\n';
		}
		else
			line += *from++ == '\n';
	}
	return line;
}

/* Reads all comments of a script. */
static ignores
read_comments(const dbc_lint *lint)
{
	ignores list = {0};
	const char *at = lint->text;
	int line = lint->script->first_line;

	/* most scripts have none, and need not be taken apart */
	if (!strstr(at, "ignore") && !strstr(at, "IGNORE") && !strstr(at, "nolint"))
		return list;
	for (;;)
	{
		const dbc_lexeme lexeme = dbc_scan_sql(at, lint->engine);
		const char *end = lexeme.text + lexeme.length;

		line = read_gap(lint->host, &list, at, lexeme.text, line,
						at == lint->text, lint->engine);
		if (lexeme.kind == DBC_LEX_END)
			return list;
		for (at = lexeme.text; at < end; at++)
			line += *at == '\n';
	}
}

/* The line a statement ends on. */
static int
last_line(const dbc_statement *statement)
{
	int line = statement->line;
	const char *c;

	for (c = statement->text; *c; c++)
		line += *c == '\n';
	return line;
}

/* Finds the statements that comments are about: the last that begins on the
 * comment's line where it stands behind something, else the first that has not
 * ended before it; one past the last if there is none. */
static void
place_comments(const dbc_lint *lint, ignores *list)
{
	const dbc_script *script = lint->script;
	int ended = 0; /* statements before the comment's line */
	int begun = 0; /* statements up to it */
	int i;

	for (i = 0; i < list->count; i++)
	{
		ignore *ignore = &list->items[i];

		while (ended < script->nstatements &&
			   last_line(&script->statements[ended]) < ignore->line)
			ended++;
		while (begun < script->nstatements &&
			   script->statements[begun].line <= ignore->line)
			begun++;
		if (!ignore->marker->whole_file)
			ignore->statement = ignore->behind && begun ? begun : ended + 1;
	}
}

/* Whether a comment suppresses a finding. */
static bool
suppresses(const ignore *ignore, const dbc_lint_finding *finding)
{
	return (ignore->statement == 0 ||
			ignore->statement == finding->statement_no) &&
		   finding->rule != DBC_RULE_unused_suppression &&
		   (ignore->rules[finding->rule] ||
			(ignore->all && !ignore->marker->needs_rules));
}

/* Takes out the findings that a comment suppresses. */
static void
take_out(dbc_lint_findings *found, ignores *list)
{
	int kept = 0;
	int f;
	int i;

	for (f = 0; f < found->count; f++)
	{
		bool hidden = false;

		for (i = 0; i < list->count; i++)
			if (suppresses(&list->items[i], &found->items[f]))
				list->items[i].used = hidden = true;
		if (!hidden)
			found->items[kept++] = found->items[f];
	}
	found->count = kept;
}

/* Adds a finding for a comment that suppresses nothing.  Of others' comments
 * only if all they name is ours: else it may be their rule that fires. */
static void
report_unused(dbc_lint *lint, const ignore *ignore)
{
	const bool empty = ignore->all && ignore->marker->needs_rules;
	dbc_lint_finding finding = {
		.statement_no = ignore->statement <= lint->script->nstatements
							? ignore->statement
							: 0,
		.line = ignore->line,
		.rule = DBC_RULE_unused_suppression,
		.severity = dbc_lint_rules[DBC_RULE_unused_suppression].severity,
		.suggestion = empty ? "Name the rules that the comment suppresses."
							: "Remove the comment, or correct its rule names."};

	if (ignore->used || (ignore->marker->tool && ignore->unknown))
		return;
	finding.message = dbc_format(lint->host,
								 empty ? "comment \"%s\" names no rule"
									   : "comment \"%s\" suppresses nothing",
								 ignore->text);
	dbc_lint_add_finding(lint->found, finding);
}

/* Takes out what comments of the script suppress. */
void
dbc_lint_suppress_findings(dbc_lint *lint)
{
	ignores list = read_comments(lint);
	int i;

	place_comments(lint, &list);
	take_out(lint->found, &list);
	for (i = 0; i < list.count; i++)
		report_unused(lint, &list.items[i]);
}
