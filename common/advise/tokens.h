/*
 * tokens.h
 *	  The tokens of a query, each with its place: query level, clause and
 *	  parentheses.
 */
#ifndef DBC_ADVISE_TOKENS_H
#define DBC_ADVISE_TOKENS_H

#include "common/core/sql_place.h"

#include "common/core/host.h"

typedef enum dbc_advise_clause
{
	DBC_ADVISE_OTHER,
	DBC_ADVISE_LIST,  /* what is selected or returned */
	DBC_ADVISE_FROM,  /* FROM, JOIN, and the table of UPDATE and DELETE */
	DBC_ADVISE_WHERE, /* WHERE and ON */
	DBC_ADVISE_GROUP,
	DBC_ADVISE_SORT,
	DBC_ADVISE_LIMIT
} dbc_advise_clause;

typedef struct dbc_advise_token
{
	dbc_lexeme lexeme;
	int scope; /* the SELECT it belongs to */
	int group; /* the parentheses it is in */
	dbc_advise_clause clause;
} dbc_advise_token;

/* Parentheses; 0 is the whole text. */
typedef struct dbc_advise_group
{
	int parent;
	bool has_or;   /* WHERE or ON contains an OR */
	bool negated;  /* NOT precedes it */
	bool is_query; /* a subquery, or the whole text */
} dbc_advise_group;

typedef struct dbc_advise_tokens
{
	dbc_host *host;
	int count; /* without the end, which tokens[count] is */
	dbc_advise_token *tokens;
	dbc_advise_group *groups;
	int ngroups;
	int *parents; /* of scopes; -1: none */
	int nscopes;
} dbc_advise_tokens;

extern const dbc_advise_tokens *dbc_advise_scan(dbc_host *host,
												const char *text);

/* Whether token i is a word of a list " a b ", or a symbol. */
extern bool dbc_advise_is(const dbc_advise_tokens *tokens, int i,
						  const char *words);
extern bool dbc_advise_is_symbol(const dbc_advise_tokens *tokens, int i,
								 const char *symbol);

/* Whether token i may be a name. */
extern bool dbc_advise_is_name(const dbc_advise_tokens *tokens, int i);

/* A name as the catalog has it. */
extern const char *dbc_advise_name(const dbc_advise_tokens *tokens, int i);

#endif /* DBC_ADVISE_TOKENS_H */
