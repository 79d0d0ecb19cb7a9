/*
 * suppress.c
 *	  Comments that suppress findings, of dbcare, squawk, eugene and Atlas.
 *
 *	  -- dbcare: ignore rule[, rule ...]
 *	  -- dbcare: ignore-file rule[, rule ...]
 *	  -- squawk-ignore rule[, rule ...]
 *	  -- squawk-ignore-file [rule ...]
 *	  -- eugene: ignore [E1, W12 ...]
 *	  -- atlas:nolint [destructive DS102 ...]
 *
 * A comment applies to the statement that it precedes, is inside of, or follows
 * on the same line.  Rule names of other tools are the aliases in
 * lint/rules.def.  Without names a comment means all rules; dbcare's own
 * comments must name them.
 */
#include "common/lint/run.h"

#include <string.h>

#include "common/core/sql_scan.h"

typedef struct marker
{
	const char *start; /* of the comment */
	const char *tool;  /* whose rule names follow; NULL: dbcare's */
	bool whole_file;
	bool needs_rules;
} marker;

/* A marker must precede its own prefixes. */
static const marker markers[] = {{"dbcare: ignore-file", NULL, true, true},
								 {"dbcare: ignore", NULL, false, true},
								 {"squawk-ignore-file", "squawk", true, false},
								 {"squawk-ignore", "squawk", false, false},
								 {"eugene: ignore", "eugene", false, false},
								 {"atlas:nolint", "atlas", false, false}};

#define NMARKERS (sizeof(markers) / sizeof(markers[0]))

/* A comment that suppresses findings. */
typedef struct ignore
{
	const marker *marker;
	int line;	   /* in the file */
	bool behind;   /* follows other text on its line */
	int statement; /* from 1; 0: the whole script */
	bool all;	   /* every rule */
	bool unknown;  /* names a rule that dbcare does not have */
	bool used;
	bool *rules; /* by rule id */
	const char *text;
} ignore;

typedef struct ignores
{
	ignore *items;
	int count;
} ignores;

/* Whether a rule has this name in a tool. */
static bool
has_alias(dbc_host *host, const dbc_lint_rule *rule, const char *tool,
		  const char *name)
{
	if (!tool)
		return dbc_same(rule->id, name);
	return strstr(rule->aliases, dbc_format(host, " %s:%s ", tool, name)) !=
		   NULL;
}

/* Marks the rules with a name. */
static void
add_name(dbc_host *host, ignore *ignore, const char *name)
{
	bool known = false;

	for (int rule = 0; rule < DBC_NRULES; rule++)
		if (has_alias(host, &dbc_lint_rules[rule], ignore->marker->tool, name))
			ignore->rules[rule] = known = true;
	if (!known)
		ignore->unknown = true;
}

/* Reads the names after a marker, up to the first character that cannot be part
 * of one. */
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

static ignore *
new_ignore(dbc_host *host, ignores *list)
{
	list->items =
		dbc_grow(host, list->items, (size_t) list->count, sizeof(*list->items));
	list->items[list->count] =
		(ignore){.rules = dbc_alloc(host, DBC_NRULES * sizeof(bool))};
	return &list->items[list->count++];
}

/* Records a comment, ending at end, if it suppresses something. */
static void
read_comment(dbc_host *host, ignores *list, const char *text, const char *end,
			 int line, bool behind)
{
	while (text < end && strchr(" \t-*/", *text))
		text++;
	for (size_t m = 0; m < NMARKERS; m++)
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

/* The end of a comment; PostgreSQL allows nested ones. */
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

/* Reads the comments between two lexemes; first: no lexeme precedes them.
 * Returns the line of the second lexeme. */
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

	/* most scripts have none and need not be scanned */
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

/* The line on which a statement ends. */
static int
last_line(const dbc_statement *statement)
{
	int line = statement->line;

	for (const char *c = statement->text; *c; c++)
		line += *c == '\n';
	return line;
}

/* Assigns comments to statements: a comment after other text to the last
 * statement that begins on or before its line, else to the first that ends on
 * or after it; one past the last if there is none. */
static void
assign_comments(const dbc_lint *lint, ignores *list)
{
	const dbc_script *script = lint->script;
	int ended = 0; /* statements that end before the comment's line */
	int begun = 0; /* statements that begin up to it */

	for (int i = 0; i < list->count; i++)
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

static bool
suppresses(const ignore *ignore, const dbc_lint_finding *finding)
{
	return (ignore->statement == 0 ||
			ignore->statement == finding->statement_no) &&
		   finding->rule != DBC_RULE_unused_suppression &&
		   (ignore->rules[finding->rule] ||
			(ignore->all && !ignore->marker->needs_rules));
}

/* Removes suppressed findings. */
static void
remove_suppressed(dbc_lint_findings *found, ignores *list)
{
	int count = 0;

	for (int f = 0; f < found->count; f++)
	{
		bool hidden = false;

		for (int i = 0; i < list->count; i++)
			if (suppresses(&list->items[i], &found->items[f]))
				list->items[i].used = hidden = true;
		if (!hidden)
			found->items[count++] = found->items[f];
	}
	found->count = count;
}

/* Reports a comment that suppresses nothing; of other tools only if dbcare has
 * all its rules, since one of theirs may match. */
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

void
dbc_lint_suppress_findings(dbc_lint *lint)
{
	ignores list = read_comments(lint);

	assign_comments(lint, &list);
	remove_suppressed(lint->found, &list);
	for (int i = 0; i < list.count; i++)
		report_unused(lint, &list.items[i]);
}
