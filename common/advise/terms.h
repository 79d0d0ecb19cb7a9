/*
 * terms.h
 *	  The terms and orders of a query.
 */
#ifndef DBC_ADVISE_TERMS_H
#define DBC_ADVISE_TERMS_H

#include "common/advise/query.h"
#include "common/advise/tokens.h"

/* A query while it is read. */
typedef struct dbc_advise_reader
{
	const dbc_advise_tokens *tokens;
	dbc_advise_schema *schema;
	dbc_advise_query *query;
} dbc_advise_reader;

/* A column of a source. */
typedef struct dbc_advise_place
{
	int source;
	int column;
} dbc_advise_place;

/* The number of tokens of the column name that begins at token i; 0 if none
 * does (advise/names.c). */
extern int dbc_advise_find(const dbc_advise_reader *reader, int i,
						   dbc_advise_place *place);

/* Fill terms, orders and limit. */
extern void dbc_advise_read_terms(dbc_advise_reader *reader);
extern void dbc_advise_read_orders(dbc_advise_reader *reader);

#endif /* DBC_ADVISE_TERMS_H */
