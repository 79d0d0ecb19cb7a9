/*
 * tokens.c
 *	  The tokens of a query with their places.
 */
#include "common/advise/tokens.h"

#include <string.h>

#include "common/core/text.h"

/* Parentheses deeper than this are not told apart. */
#define DEPTH 200

/* Words that no name without quotes can be, as far as the reader must know. */
#define RESERVED                                                           \
	" select from where and or not on join inner left right full outer "   \
	"cross natural using group order by having limit offset union except " \
	"intersect as set values case when then else end in is null between "  \
	"like ilike exists distinct all any some with returning fetch for "    \
	"window over filter asc desc nulls collate cast true false default "   \
	"isnull notnull glob regexp similar into only lateral tablesample "    \
	"insert update delete "

typedef struct level
{
	int scope;
	int group;
	dbc_advise_clause clause;
} level;

typedef struct scanner
{
	dbc_advise_tokens tokens;
	level levels[DEPTH];
	int depth;
	bool fresh; /* the next SELECT begins the scope of these parentheses */
} scanner;

bool
dbc_advise_is(const dbc_advise_tokens *tokens, int i, const char *words)
{
	return i >= 0 && i < tokens->count &&
		   tokens->tokens[i].lexeme.kind == DBC_LEX_WORD &&
		   dbc_lexeme_is_one_of(&tokens->tokens[i].lexeme, words);
}

bool
dbc_advise_is_symbol(const dbc_advise_tokens *tokens, int i, const char *symbol)
{
	return i >= 0 && i < tokens->count &&
		   dbc_lexeme_is_symbol(&tokens->tokens[i].lexeme, symbol);
}

bool
dbc_advise_is_name(const dbc_advise_tokens *tokens, int i)
{
	if (i < 0 || i >= tokens->count)
		return false;
	return tokens->tokens[i].lexeme.kind == DBC_LEX_NAME ||
		   (tokens->tokens[i].lexeme.kind == DBC_LEX_WORD &&
			!dbc_advise_is(tokens, i, RESERVED));
}

const char *
dbc_advise_name(const dbc_advise_tokens *tokens, int i)
{
	const dbc_lexeme *lexeme = &tokens->tokens[i].lexeme;
	char *name = dbc_copy(tokens->host, lexeme->text, lexeme->length);
	char quote = name[0];
	char *to = name;

	if (lexeme->kind == DBC_LEX_WORD)
	{
		for (; *to; to++)
			if (*to >= 'A' && *to <= 'Z')
				*to = (char) (*to | 0x20);
		return name;
	}
	for (size_t from = 1; from + 1 < lexeme->length; from++)
	{
		*to++ = lexeme->text[from];
		if (quote != '[' && lexeme->text[from] == quote)
			from++;
	}
	*to = '\0';
	return name;
}

/* ---- scopes ---- */

static int
add_scope(scanner *s, int parent)
{
	dbc_advise_tokens *tokens = &s->tokens;

	tokens->parents = dbc_grow(tokens->host, tokens->parents,
							   (size_t) tokens->nscopes, sizeof(int));
	tokens->parents[tokens->nscopes] = parent;
	return tokens->nscopes++;
}

static int
add_group(scanner *s, int parent)
{
	dbc_advise_tokens *tokens = &s->tokens;

	tokens->groups =
		dbc_grow(tokens->host, tokens->groups, (size_t) tokens->ngroups,
				 sizeof(*tokens->groups));
	tokens->groups[tokens->ngroups] = (dbc_advise_group){.parent = parent};
	return tokens->ngroups++;
}

/* Enters parentheses; those of a subquery are a scope. */
static void
open_group(scanner *s, int i)
{
	level *outer = &s->levels[s->depth];
	level *inner = &s->levels[s->depth + 1];
	bool subquery = dbc_advise_is(&s->tokens, i + 1, " select with values ");

	if (s->depth + 1 >= DEPTH)
		return;
	s->depth++;
	*inner = *outer;
	inner->group = add_group(s, outer->group);
	s->tokens.groups[inner->group].negated =
		dbc_advise_is(&s->tokens, i - 1, " not ");
	s->tokens.groups[inner->group].is_query = subquery;
	if (!subquery)
		return;
	inner->scope = add_scope(s, outer->scope);
	inner->clause = DBC_ADVISE_OTHER;
}

/* Updates the clause at a word. */
static void
read_word(scanner *s, int i)
{
	level *here = &s->levels[s->depth];
	bool is_base =
		s->depth == 0 || s->levels[s->depth - 1].scope != here->scope;

	if (dbc_advise_is(&s->tokens, i, " select returning "))
		here->clause = DBC_ADVISE_LIST;
	else if (dbc_advise_is(&s->tokens, i, " join ") ||
			 (is_base && dbc_advise_is(&s->tokens, i, " from update ") &&
			  !dbc_advise_is(&s->tokens, i - 1, " for do distinct ")))
		here->clause = DBC_ADVISE_FROM;
	else if (dbc_advise_is(&s->tokens, i, " where ") ||
			 (dbc_advise_is(&s->tokens, i, " on ") &&
			  here->clause == DBC_ADVISE_FROM))
		here->clause = DBC_ADVISE_WHERE;
	else if (dbc_advise_is(&s->tokens, i, " group order "))
		here->clause = !is_base ? DBC_ADVISE_OTHER
					   : dbc_advise_is(&s->tokens, i, " group ")
						   ? DBC_ADVISE_GROUP
						   : DBC_ADVISE_SORT;
	else if (dbc_advise_is(&s->tokens, i, " limit "))
		here->clause = DBC_ADVISE_LIMIT;
	else if (dbc_advise_is(&s->tokens, i,
						   " having offset fetch window set values into "))
		here->clause = DBC_ADVISE_OTHER;
	else if (dbc_advise_is(&s->tokens, i, " union except intersect "))
	{
		here->scope = add_scope(s, s->tokens.parents[here->scope]);
		here->clause = DBC_ADVISE_OTHER;
	}
	else if (dbc_advise_is(&s->tokens, i, " or ") &&
			 here->clause == DBC_ADVISE_WHERE)
		s->tokens.groups[here->group].has_or = true;
}

static void
place_token(scanner *s, int i)
{
	dbc_advise_token *token = &s->tokens.tokens[i];

	if (dbc_advise_is_symbol(&s->tokens, i, ")") && s->depth > 0)
		s->depth--;
	else if (token->lexeme.kind == DBC_LEX_WORD)
		read_word(s, i);
	/* a comma ends ON */
	else if (dbc_advise_is_symbol(&s->tokens, i, ",") &&
			 s->levels[s->depth].clause == DBC_ADVISE_WHERE &&
			 (s->depth == 0 ||
			  s->levels[s->depth].scope != s->levels[s->depth - 1].scope))
		s->levels[s->depth].clause = DBC_ADVISE_FROM;
	token->scope = s->levels[s->depth].scope;
	token->group = s->levels[s->depth].group;
	token->clause = s->levels[s->depth].clause;
	if (dbc_advise_is_symbol(&s->tokens, i, "("))
		open_group(s, i);
}

const dbc_advise_tokens *
dbc_advise_scan(dbc_host *host, const char *text)
{
	scanner *s = dbc_alloc(host, sizeof(*s));
	dbc_advise_tokens *tokens = &s->tokens;
	dbc_lexeme next = dbc_scan(host, text);

	tokens->host = host;
	for (;; next = dbc_scan_next(host, &next))
	{
		tokens->tokens = dbc_grow(host, tokens->tokens, (size_t) tokens->count,
								  sizeof(*tokens->tokens));
		tokens->tokens[tokens->count] = (dbc_advise_token){.lexeme = next};
		if (next.kind == DBC_LEX_END)
			break;
		tokens->count++;
	}
	add_scope(s, -1);
	add_group(s, -1);
	tokens->groups[0].is_query = true;
	for (int i = 0; i < tokens->count; i++)
		place_token(s, i);
	return tokens;
}
