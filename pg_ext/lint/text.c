/*
 * text.c
 *	  Parts of a statement as written.
 *
 * A raw parse tree cannot be deparsed, so messages and suggestions quote the
 * text of the statement.
 */
#include "pg_ext/lint/analysis.h"

#include "parser/scanner.h"

/* A walk over the tokens of a statement. */
typedef struct walk
{
	const char *text;
	const char *token; /* start of the current one */
	int depth;		   /* open parentheses around it */
	core_yyscan_t scanner;
	core_yy_extra_type extra;
	int end; /* libpg_query's scanner has a member more */
} walk;

const char *
dbcpg_lint_copy_text(dbcpg_lint_analyzer *r, const char *text)
{
	return text ? dbcpg_lint_catalog_copy(r->host, text) : NULL;
}

const char *const *
dbcpg_lint_copy_names(dbcpg_lint_analyzer *r, List *names)
{
	const char **copy =
		dbc_alloc(r->host, ((size_t) list_length(names) + 1) * sizeof(*copy));
	int n = 0;
	ListCell *cell;

	foreach (cell, names)
		copy[n++] = dbcpg_lint_copy_text(r, strVal(lfirst(cell)));
	return copy;
}

const char *
dbcpg_lint_statement_tag(dbcpg_lint_analyzer *r, const Node *node)
{
	return dbcpg_lint_catalog_tag(node, r->statement);
}

/* Starts before the first token of a text. */
static void
begin(walk *w, const char *text)
{
	w->text = w->token = text;
	w->depth = 0;
	w->scanner =
		scanner_init(text, &w->extra, &ScanKeywords, ScanKeywordTokens);
}

/* Moves to the next token and returns it, 0 at the end.  A parenthesis has the
 * depth outside of it. */
static int
next(walk *w)
{
	core_YYSTYPE value;
	YYLTYPE location;
	int token;

	/* the previous token */
	w->depth += *w->token == '(' || *w->token == '[';
	/* libpg_query's scanner returns comments */
	do
	{
		token = core_yylex(&value, &location, w->scanner);
		w->token = token ? w->text + location : w->text + strlen(w->text);
	} while (strncmp(w->token, "--", 2) == 0 ||
			 strncmp(w->token, "/*", 2) == 0);
	w->depth -= token == ')' || token == ']';
	return token;
}

static bool
is_word(const walk *w, const char *word)
{
	size_t length = strlen(word);
	unsigned char after;

	if (pg_strncasecmp(w->token, word, length) != 0)
		return false;
	after = (unsigned char) w->token[length];
	return !isalnum(after) && after != '_' && after != '$' &&
		   !IS_HIGHBIT_SET(after);
}

/* The text from start to end, trimmed. */
static const char *
cut(dbcpg_lint_analyzer *r, const char *start, const char *end)
{
	while (start < end && isspace((unsigned char) *start))
		start++;
	while (end > start && isspace((unsigned char) end[-1]))
		end--;
	return dbcpg_lint_copy_text(r, pnstrdup(start, (Size) (end - start)));
}

const char *
dbcpg_lint_text_in_parentheses(dbcpg_lint_analyzer *r, int location)
{
	const char *start = NULL;
	const char *result = NULL;
	walk w;
	int token;

	if (location < 0)
		return NULL;
	begin(&w, r->text + location);
	while (!result && (token = next(&w)) != 0)
		if (token == '(' && !start)
			start = w.token + 1;
		else if (token == ')' && w.depth == 0 && start)
			result = cut(r, start, w.token);
	scanner_finish(w.scanner);
	return result;
}

/* Whether the current token ends an expression: it starts the next constraint
 * of a column, or the clause after the columns. */
static bool
ends_expression(const walk *w)
{
	static const char *const words[] = {"constraint", "not",	   "null",
										"unique",	  "primary",   "check",
										"references", "default",   "deferrable",
										"initially",  "generated", "collate"};

	if (w->depth < 0 || *w->token == ',' || *w->token == ';')
		return true;
	for (size_t i = 0; i < lengthof(words); i++)
		if (is_word(w, words[i]))
			return true;
	return false;
}

/* The position after the last occurrence of a word up to a location. */
static const char *
after_word(dbcpg_lint_analyzer *r, const char *word, int location)
{
	const char *found = NULL;
	walk w;

	begin(&w, r->text);
	while (next(&w) != 0 && w.token <= r->text + location)
		if (is_word(&w, word))
			found = w.token + strlen(word);
	scanner_finish(w.scanner);
	return found;
}

/*
 * The word is at the location, or before it if the location is inside of the
 * expression.
 */
const char *
dbcpg_lint_text_after(dbcpg_lint_analyzer *r, const char *word, int location)
{
	size_t length = strlen(word);
	const char *start;
	const char *result;
	bool is_distinct = false;
	walk w;

	if (location < 0)
		return NULL;
	start = pg_strncasecmp(r->text + location, word, length) == 0
				? r->text + location + length
				: after_word(r, word, location);
	if (!start)
		return NULL;
	begin(&w, start);
	(void) next(&w);
	/* IS NOT DISTINCT FROM */
	for (; next(&w) != 0; is_distinct = is_word(&w, "is"))
		if (w.depth <= 0 && !is_distinct && ends_expression(&w) &&
			*w.token != ')')
			break;
		else if (w.depth < 0)
			break;
	result = cut(r, start, w.token);
	scanner_finish(w.scanner);
	return result;
}
