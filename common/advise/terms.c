/*
 * terms.c
 *	  The terms of WHERE and ON, and the columns of GROUP BY and ORDER BY.
 */
#include "common/advise/terms.h"

#include <string.h>

#include "common/core/text.h"

/* Before and after a term. */
#define BEFORE " and or not where on "
#define AFTER                                                              \
	" and or where on group order having limit offset fetch window union " \
	"except intersect inner left right full cross natural join returning " \
	"set then when end for "

/* No terms are implied beyond so many. */
#define MOST_TERMS 200

/* The operand of a comparison. */
typedef struct operand
{
	int begin; /* first token */
	int end;   /* after the last one */
	bool is_column;
	dbc_advise_place place;
	bool is_literal;
} operand;

/* Whether a term may begin after token i. */
static bool
precedes_term(const dbc_advise_tokens *tokens, int i)
{
	while (dbc_advise_is_symbol(tokens, i, "("))
		i--;
	return dbc_advise_is(tokens, i, BEFORE);
}

/* Whether token i is after a term. */
static bool
follows_term(const dbc_advise_tokens *tokens, int i)
{
	return i >= tokens->count || dbc_advise_is(tokens, i, AFTER) ||
		   dbc_advise_is_symbol(tokens, i, ")") ||
		   dbc_advise_is_symbol(tokens, i, ";") ||
		   dbc_advise_is_symbol(tokens, i, ",");
}

/* The end of an operand: all tokens up to the end of the term, with what is in
 * parentheses. */
static int
end_of_operand(const dbc_advise_tokens *tokens, int i)
{
	int depth = 0;

	for (; i < tokens->count && (depth > 0 || !follows_term(tokens, i)); i++)
		depth += dbc_advise_is_symbol(tokens, i, "(")	? 1
				 : dbc_advise_is_symbol(tokens, i, ")") ? -1
														: 0;
	return i;
}

/* Whether tokens are one literal, possibly with a sign or a type before it. */
static bool
is_literal(const dbc_advise_tokens *tokens, int begin, int end)
{
	if (end == begin + 2 &&
		(dbc_advise_is_symbol(tokens, begin, "-") ||
		 dbc_advise_is(tokens, begin,
					   " date timestamp timestamptz time interval ")))
		begin++;
	return end == begin + 1 &&
		   (tokens->tokens[begin].lexeme.kind == DBC_LEX_NUMBER ||
			tokens->tokens[begin].lexeme.kind == DBC_LEX_TEXT);
}

/* Whether tokens are a list of literals. */
static bool
is_list(const dbc_advise_tokens *tokens, int begin, int end)
{
	if (end < begin + 3 || !dbc_advise_is_symbol(tokens, begin, "("))
		return false;
	for (int i = begin + 1; i < end - 1; i += 2)
		if (!is_literal(tokens, i, i + 1) ||
			!(i + 2 == end || dbc_advise_is_symbol(tokens, i + 1, ",")))
			return false;
	return true;
}

/* The operand at token i. */
static operand
read_operand(const dbc_advise_reader *reader, int i)
{
	operand found = {.begin = i};
	int length;

	found.end =
		i < reader->tokens->count ? end_of_operand(reader->tokens, i) : i;
	length = dbc_advise_find(reader, i, &found.place);
	found.is_column = length > 0 && i + length == found.end;
	found.is_literal = is_literal(reader->tokens, i, found.end) ||
					   is_list(reader->tokens, i, found.end);
	return found;
}

/* Whether an operand reads a source, so that it has no value yet when rows of
 * the source are searched. */
static bool
reads_source(const dbc_advise_reader *reader, const operand *value, int source)
{
	dbc_advise_place place;

	for (int i = value->begin; i < value->end; i++)
		if (dbc_advise_find(reader, i, &place) > 0 && place.source == source)
			return true;
	return false;
}

/* Whether all rows meet the terms at token i. */
static bool
is_for_every_row(const dbc_advise_tokens *tokens, int i)
{
	if (dbc_advise_is(tokens, i - 1, " not "))
		return false;
	for (int group = tokens->tokens[i].group;;
		 group = tokens->groups[group].parent)
	{
		const dbc_advise_group *here = &tokens->groups[group];

		if (here->has_or)
			return false;
		if (here->is_query)
			return true;
		if (here->negated)
			return false;
	}
}

static void
append_tokens(dbc_buffer *text, const dbc_advise_tokens *tokens, int begin,
			  int end)
{
	for (int i = begin; i < end && i < tokens->count; i++)
	{
		dbc_append(text, " ");
		dbc_append_bytes(text, tokens->tokens[i].lexeme.text,
						 tokens->tokens[i].lexeme.length);
	}
}

/* A condition on a column: its name, or a call of a function, and tokens. */
static const char *
condition_of(const dbc_advise_reader *reader, const dbc_advise_term *term,
			 const char *symbol, int begin, int end)
{
	const dbc_advise_source *source = &reader->query->sources[term->source];
	const char *column = source->table->columns[term->column].shown;
	dbc_buffer text;

	dbc_buffer_init(&text, reader->tokens->host);
	if (term->function)
		dbc_append_format(&text, "%s(%s)", term->function, column);
	else
		dbc_append(&text, column);
	dbc_append_format(&text, " %s", symbol);
	append_tokens(&text, reader->tokens, begin, end);
	return text.data;
}

static dbc_advise_term *
add_term(dbc_advise_reader *reader, dbc_advise_term_kind kind,
		 const dbc_advise_place *place, int i)
{
	dbc_advise_query *query = reader->query;
	dbc_advise_term *term;

	query->terms = dbc_grow(reader->tokens->host, query->terms,
							(size_t) query->nterms, sizeof(*query->terms));
	term = &query->terms[query->nterms++];
	*term = (dbc_advise_term){.kind = kind,
							  .source = place->source,
							  .column = place->column,
							  .other = -1,
							  .other_column = -1,
							  .every_row = is_for_every_row(reader->tokens, i)};
	return term;
}

/* The operator after turning its operands around. */
static const char *
turned(const char *symbol)
{
	return symbol[0] == '<'	  ? (symbol[1] ? ">=" : ">")
		   : symbol[0] == '>' ? (symbol[1] ? "<=" : "<")
							  : symbol;
}

/* Adds a comparison of a column, or a function of it, with a value. */
static void
add_comparison(dbc_advise_reader *reader, const dbc_advise_place *place,
			   const char *function, const char *symbol, const operand *value,
			   int i)
{
	bool equal = symbol[0] == '=' || symbol[0] == 'i';
	dbc_advise_term *term;

	if (reads_source(reader, value, place->source))
		return;
	term =
		add_term(reader, equal ? DBC_ADVISE_EQUAL : DBC_ADVISE_RANGE, place, i);
	term->function = function;
	if (value->is_column && equal)
	{
		term->kind = DBC_ADVISE_JOIN;
		term->other = value->place.source;
		term->other_column = value->place.column;
	}
	else if (value->is_literal)
		term->condition =
			condition_of(reader, term, symbol, value->begin, value->end);
}

/* The operator at token i, in lower case; NULL if it is none for an index. */
static const char *
operator_at(const dbc_advise_tokens *tokens, int i)
{
	static const char *const symbols[] = {"=", "==", "<", "<=", ">", ">="};

	for (int k = 0; k < 6; k++)
		if (dbc_advise_is_symbol(tokens, i, symbols[k]))
			return k == 1 ? "=" : symbols[k];
	if (dbc_advise_is(tokens, i, " in "))
		return "in";
	return dbc_advise_is(tokens, i, " between ") ? "between" : NULL;
}

/* The right operand of BETWEEN: both limits. */
static operand
read_limits(const dbc_advise_reader *reader, int i)
{
	operand low = read_operand(reader, i);

	if (dbc_advise_is(reader->tokens, low.end, " and "))
	{
		operand high = read_operand(reader, low.end + 1);

		low.end = high.end;
		low.is_literal = low.is_literal && high.is_literal;
	}
	low.is_column = false;
	return low;
}

/* Reads a term that begins with a column or a function of one at token i. */
static void
read_left(dbc_advise_reader *reader, int i)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	dbc_advise_place place;
	const char *function = NULL;
	const char *symbol;
	operand value;
	int next = i + dbc_advise_find(reader, i, &place);

	if (next == i && dbc_advise_is_name(tokens, i) &&
		dbc_advise_is_symbol(tokens, i + 1, "("))
	{
		int length = dbc_advise_find(reader, i + 2, &place);

		if (length == 0 || !dbc_advise_is_symbol(tokens, i + 2 + length, ")"))
			return;
		function = dbc_advise_name(tokens, i);
		next = i + 3 + length;
	}
	if (next == i)
		return;
	symbol = operator_at(tokens, next);
	if (symbol)
	{
		value = symbol[0] == 'b' ? read_limits(reader, next + 1)
								 : read_operand(reader, next + 1);
		add_comparison(reader, &place, function, symbol, &value, i);
	}
	else if (!function && dbc_advise_is(tokens, next, " is ") &&
			 dbc_advise_is(tokens, next + 1, " null not "))
	{
		dbc_advise_term *term = add_term(reader, DBC_ADVISE_IS, &place, i);

		term->condition =
			condition_of(reader, term, "is", next + 1,
						 next + 2 + dbc_advise_is(tokens, next + 1, " not "));
	}
	else if (!function && follows_term(tokens, next) &&
			 !dbc_advise_is_symbol(tokens, next, ","))
	{
		dbc_advise_term *term = add_term(reader, DBC_ADVISE_IS, &place, i);
		bool negated = dbc_advise_is(tokens, i - 1, " not ");

		term->condition =
			dbc_format(tokens->host, "%s%s", negated ? "not " : "",
					   reader->query->sources[place.source]
						   .table->columns[place.column]
						   .shown);
		term->every_row |= negated && is_for_every_row(tokens, i - 1);
	}
}

/* Reads a term whose right operand is a column: its operator is token i. */
static void
read_right(dbc_advise_reader *reader, int i)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	const char *symbol = operator_at(tokens, i);
	operand column;
	operand value;
	int begin = i;

	if (!symbol || symbol[0] == 'i' || symbol[0] == 'b')
		return;
	column = read_operand(reader, i + 1);
	if (!column.is_column)
		return;
	while (begin > 0 &&
		   (tokens->tokens[begin - 1].group != tokens->tokens[i].group ||
			!dbc_advise_is(tokens, begin - 1, BEFORE)) &&
		   !(tokens->tokens[begin - 1].group ==
				 tokens->groups[tokens->tokens[i].group].parent &&
			 dbc_advise_is_symbol(tokens, begin - 1, "(")))
		begin--;
	value = read_operand(reader, begin);
	value.end = i;
	value.is_column = dbc_advise_find(reader, begin, &value.place) == i - begin;
	value.is_literal = is_literal(tokens, begin, i);
	add_comparison(reader, &column.place, NULL, turned(symbol), &value, begin);
}

/* Adds the columns of USING, of the last source and an earlier one. */
static void
read_using(dbc_advise_reader *reader, int i)
{
	const dbc_advise_query *query = reader->query;

	for (int last = query->nsources - 1; last >= 0; last--)
		for (int column = 0; query->sources[last].table &&
							 column < query->sources[last].table->ncolumns;
			 column++)
		{
			dbc_advise_place place = {last, column};
			const char *name = query->sources[last].table->columns[column].name;

			if (query->sources[last].scope == reader->tokens->tokens[i].scope &&
				dbc_same(name, dbc_advise_name(reader->tokens, i)))
				add_term(reader, DBC_ADVISE_JOIN, &place, i);
		}
}

/* Whether a join of two columns is known. */
static bool
is_joined(const dbc_advise_query *query, dbc_advise_place left,
		  dbc_advise_place right)
{
	for (int i = 0; i < query->nterms; i++)
	{
		const dbc_advise_term *term = &query->terms[i];

		if (term->kind == DBC_ADVISE_JOIN &&
			((term->source == left.source && term->column == left.column &&
			  term->other == right.source &&
			  term->other_column == right.column) ||
			 (term->source == right.source && term->column == right.column &&
			  term->other == left.source && term->other_column == left.column)))
			return true;
	}
	return false;
}

/* The column on one side of a join. */
static dbc_advise_place
side(const dbc_advise_term *term, int which)
{
	return which == 0 ? (dbc_advise_place){term->source, term->column}
					  : (dbc_advise_place){term->other, term->other_column};
}

/* Adds joins that follow from others: a = c from a = b and b = c. */
static void
add_implied_joins(dbc_advise_reader *reader)
{
	dbc_advise_query *query = reader->query;

	for (int i = 0; i < query->nterms && query->nterms < MOST_TERMS; i++)
		for (int k = 0; k < i; k++)
			for (int sides = 0; sides < 4; sides++)
			{
				const dbc_advise_term left = query->terms[i];
				const dbc_advise_term right = query->terms[k];
				dbc_advise_place a = side(&left, sides & 1);
				dbc_advise_place b = side(&right, sides >> 1);
				dbc_advise_place c = side(&right, !(sides >> 1));
				dbc_advise_place d = side(&left, !(sides & 1));
				dbc_advise_term *term;

				if (left.kind != DBC_ADVISE_JOIN ||
					right.kind != DBC_ADVISE_JOIN || left.function ||
					right.function || a.source != b.source || a.source < 0 ||
					a.column != b.column || c.source == d.source ||
					c.source < 0 || d.source < 0 || is_joined(query, c, d))
					continue;
				term = add_term(reader, DBC_ADVISE_JOIN, &c, 0);
				term->other = d.source;
				term->other_column = d.column;
				term->every_row = left.every_row && right.every_row;
			}
}

void
dbc_advise_read_terms(dbc_advise_reader *reader)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	bool in_using = false;

	for (int i = 0; i < tokens->count; i++)
	{
		if (dbc_advise_is_symbol(tokens, i, "("))
			in_using = dbc_advise_is(tokens, i - 1, " using ");
		else if (dbc_advise_is_symbol(tokens, i, ")"))
			in_using = false;
		if (in_using && dbc_advise_is_name(tokens, i))
			read_using(reader, i);
		if (tokens->tokens[i].clause != DBC_ADVISE_WHERE)
			continue;
		if (precedes_term(tokens, i - 1))
			read_left(reader, i);
		read_right(reader, i);
	}
	add_implied_joins(reader);
}

/* Reads a list of columns that begins at token i. */
static void
read_order(dbc_advise_reader *reader, int i)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	dbc_advise_query *query = reader->query;
	dbc_advise_order order = {0};
	dbc_advise_place place;
	int length;

	while (order.ncolumns < DBC_ADVISE_KEYS &&
		   (length = dbc_advise_find(reader, i, &place)) > 0 &&
		   (order.ncolumns == 0 || place.source == order.source))
	{
		i += length;
		order.source = place.source;
		order.columns[order.ncolumns] = place.column;
		order.descending[order.ncolumns++] = dbc_advise_is(tokens, i, " desc ");
		i += dbc_advise_is(tokens, i, " asc desc ");
		if (!dbc_advise_is_symbol(tokens, i++, ","))
			break;
	}
	if (order.ncolumns == 0)
		return;
	query->orders = dbc_grow(tokens->host, query->orders,
							 (size_t) query->norders, sizeof(*query->orders));
	query->orders[query->norders++] = order;
}

void
dbc_advise_read_orders(dbc_advise_reader *reader)
{
	const dbc_advise_tokens *tokens = reader->tokens;

	for (int i = 0; i + 1 < tokens->count; i++)
	{
		double limit;

		if ((tokens->tokens[i].clause == DBC_ADVISE_GROUP ||
			 tokens->tokens[i].clause == DBC_ADVISE_SORT) &&
			dbc_advise_is(tokens, i, " by "))
			read_order(reader, i + 1);
		if (!dbc_advise_is(tokens, i, " limit ") || tokens->tokens[i].group > 0)
			continue;
		/* one of a parameter is taken for a page of results */
		reader->query->limit =
			dbc_parse_real(dbc_copy(tokens->host,
									tokens->tokens[i + 1].lexeme.text,
									tokens->tokens[i + 1].lexeme.length),
						   &limit)
				? limit
				: 10;
	}
}
