/*
 * text.c
 *	  Parts of a statement as they are written.
 *
 * A raw parse tree cannot be put into words again, so what messages and
 * suggestions quote is cut out of the statement.
 */
#include "pg_ext/lint/analysis.h"

#include "parser/scanner.h"

/* A walk over the tokens of a statement. */
typedef struct walk
{
	const char *text;
	const char *token; /* where the current one starts */
	int depth;		   /* of parentheses around it */
	core_yyscan_t scanner;
	core_yy_extra_type extra;
} walk;

/* Begins before the first token of a text. */
static void
begin(walk *w, const char *text)
{
	w->text = w->token = text;
	w->depth = 0;
	w->scanner =
		scanner_init(text, &w->extra, &ScanKeywords, ScanKeywordTokens);
}

/* Goes to the next token, which is returned, 0 at the end.  Parentheses have
 * the depth of what is around them. */
static int
next(walk *w)
{
	core_YYSTYPE value;
	YYLTYPE location;
	int token;

	/* the one before */
	w->depth += *w->token == '(' || *w->token == '[';
	token = core_yylex(&value, &location, w->scanner);
	w->token = token ? w->text + location : w->text + strlen(w->text);
	w->depth -= token == ')' || token == ']';
	return token;
}

/* Whether the current token is a word. */
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

/* The text up to the current token, without blanks around it. */
static const char *
cut(dbcpg_lint_analyzer *r, const char *start, const char *end)
{
	while (start < end && isspace((unsigned char) *start))
		start++;
	while (end > start && isspace((unsigned char) end[-1]))
		end--;
	return dbcpg_lint_copy_text(r, pnstrdup(start, (Size) (end - start)));
}

/* The text between the parentheses that follow a place of the statement. */
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

/* Whether the current token cannot be part of an expression it follows: it
 * begins the next constraint of a column, or what comes after that. */
static bool
ends_expression(const walk *w)
{
	static const char *const words[] = {"constraint", "not",	   "null",
										"unique",	  "primary",   "check",
										"references", "default",   "deferrable",
										"initially",  "generated", "collate"};
	size_t i;

	if (w->depth < 0 || *w->token == ',' || *w->token == ';')
		return true;
	for (i = 0; i < lengthof(words); i++)
		if (is_word(w, words[i]))
			return true;
	return false;
}

/* The place after the last occurrence of a word up to a place. */
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
 * The expression that follows a word.  The word is at a place, or, where all
 * that is known is a place inside of the expression, before it.
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
